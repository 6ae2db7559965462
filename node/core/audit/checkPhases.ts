import { bit, count, has, isSubset } from "../ledger/masks.ts";
import { holdersNeeded, votesNeeded } from "../round/thresholds.ts";
import { type CheckContext, type Event, eligibleMask, neededMembers } from "./checkTask.ts";
import { inclusionDigest, openingDigest } from "./digests.ts";
import { type AttemptReplay, absentMask, placeOf, type TaskReplay } from "./taskReplay.ts";

/** Checks of what the ledger itself did: it opened, closed and ended phases. Each follows its event even where that is wrong. */

const MAX_GROWTH = 4;

type PhaseEnd = Event<"SubmissionsClosed" | "InclusionFixed" | "RoundFinalized" | "RoundAborted">;

/** RoundOpened: the next attempt, on the current model, with the snapshot that licences and absences give (R10). */
export function checkOpening(context: CheckContext, task: TaskReplay, event: Event<"RoundOpened">): void {
  const { record, registry } = context;
  const where = placeOf(event);
  if (task.phase !== "waiting" || event.round !== task.round || event.attempt !== task.attemptNumber || event.round > task.params.rounds) {
    const text = `Round ${event.round}, attempt ${event.attempt} was opened where round ${task.round}, attempt ${task.attemptNumber} was next.`;
    record.wrong("OUT_OF_PHASE", text, where);
  }
  if (event.base !== task.model) {
    record.wrong("OPENING_WRONG", `The attempt starts from ${event.base}, but the current model is ${task.model}.`, where);
  }
  const eligible = eligibleMask(registry, task, event.at.timestamp);
  const needed = neededMembers(task);
  const present = eligible & ~absentMask(task);
  const snapshot = count(present) >= needed ? present : eligible;
  if (event.snapshot !== snapshot || count(snapshot) < needed || registry.paused) {
    const because = registry.paused ? "opening was paused" : `it should be ${snapshot}, of which ${needed} are needed`;
    record.wrong("SNAPSHOT_WRONG", `The attempt's snapshot is the mask ${event.snapshot}; ${because}.`, where);
  }
  const seen = openingDigest(context.keccak256, context.deployment, event);
  if (event.seen !== seen) record.wrong("DIGEST_WRONG", `The opening's digest should be ${seen}.`, where);
  checkDeadline(context, task, event, task.params.submitSeconds);
  const { round, attempt, base, deadline, deadlineBlock } = event;
  const empty = { submissions: new Map(), attestations: new Map(), votes: new Map(), included: 0n };
  task.attempt = { round, attempt, base, snapshot: event.snapshot, deadline, deadlineBlock, seen: event.seen, ...empty };
  task.phase = "submit";
  task.round = round;
  task.attemptNumber = attempt;
}

/** SubmissionsClosed: all submitted, or the deadline passed with enough. */
export function checkClosing(context: CheckContext, task: TaskReplay, event: Event<"SubmissionsClosed">): void {
  const attempt = openAttempt(context, task, event, "submit");
  if (attempt === undefined) return;
  const submitted = submittedMask(attempt);
  if (event.submitted !== submitted) {
    context.record.wrong("SUBMITTED_WRONG", `The closed submissions are the mask ${event.submitted}, but ${submitted} was submitted.`, placeOf(event));
  }
  requireEnough(context, task, event, submitted);
  if (submitted !== attempt.snapshot) requireDeadline(context, attempt, event, "submissions were closed");
  requireDigest(context, event, attempt.seen);
  checkDeadline(context, task, event, task.params.attestSeconds);
  Object.assign(attempt, { deadline: event.deadline, deadlineBlock: event.deadlineBlock, seen: event.seen });
  task.phase = "attest";
}

/** InclusionFixed: exactly the updates that enough attested to hold; all decided, or the deadline passed. */
export function checkInclusion(context: CheckContext, task: TaskReplay, event: Event<"InclusionFixed">): void {
  const attempt = openAttempt(context, task, event, "attest");
  if (attempt === undefined) return;
  const included = heldByEnough(task, attempt);
  if (event.included !== included) {
    const text = `The included set is the mask ${event.included}; by the attestations it is ${included} (held by at least ${holdersNeeded(task.params.f)}).`;
    context.record.wrong("INCLUSION_WRONG", text, placeOf(event));
  }
  requireEnough(context, task, event, event.included);
  if (!allDecided(attempt)) requireDeadline(context, attempt, event, "the included set was fixed");
  requireDigest(context, event, inclusionDigest(context.keccak256, attempt.seen, event.included));
  checkDeadline(context, task, event, task.params.mergeSeconds);
  Object.assign(attempt, { included: event.included, deadline: event.deadline, deadlineBlock: event.deadlineBlock, seen: event.seen });
  task.phase = "merge";
}

/** RoundFinalized: the quorum voted for this model. */
export function checkFinal(context: CheckContext, task: TaskReplay, event: Event<"RoundFinalized">): void {
  const attempt = openAttempt(context, task, event, "merge");
  if (attempt === undefined) return;
  context.record.counts.roundsFinalized++;
  const votes = [...attempt.votes.values()].filter((hash) => hash === event.modelHash).length;
  const needed = votesNeeded(count(attempt.snapshot), task.params.f);
  if (votes < needed) {
    context.record.wrong("QUORUM_MISSING", `Model ${event.modelHash} was finalized with ${votes} votes; ${needed} are needed.`, placeOf(event));
  }
  if (event.included !== attempt.included) {
    context.record.wrong("INCLUSION_WRONG", `The final round names the mask ${event.included}, but ${attempt.included} was fixed.`, placeOf(event));
  }
  settle(task, attempt);
  task.model = event.modelHash;
  task.growth = Math.max(0, task.growth - 1);
  task.round = attempt.round + 1;
  task.attemptNumber = 0;
  task.final = attempt;
  task.fixed = new Map();
}

/** RoundAborted: for the reason it names, and not although a quorum was there. */
export function checkAbort(context: CheckContext, task: TaskReplay, event: Event<"RoundAborted">): void {
  const { reason } = event;
  const phase = { TooFewSubmissions: "submit", TooFewHeld: "attest", NoQuorum: "merge" } as const;
  const attempt = openAttempt(context, task, event, phase[reason]);
  if (attempt === undefined) return;
  context.record.counts.attemptsAborted++;
  const { minPeers, f } = task.params;
  const where = placeOf(event);
  if (reason === "TooFewSubmissions" && attempt.submissions.size >= minPeers) {
    context.record.wrong("ABORT_WRONG", `The attempt was aborted for too few submissions, but ${attempt.submissions.size} are enough.`, where);
  }
  const held = count(heldByEnough(task, attempt));
  if (reason === "TooFewHeld" && held >= minPeers) {
    context.record.wrong("ABORT_WRONG", `The attempt was aborted because too few updates were held, but ${held} are enough.`, where);
  }
  const needed = votesNeeded(count(attempt.snapshot), f);
  const equal = [...attempt.votes.values()].find((hash, _, all) => all.filter((other) => other === hash).length >= needed);
  if (equal !== undefined) context.record.wrong("QUORUM_IGNORED", `The attempt was aborted although model ${equal} had its ${needed} votes.`, where);
  const complete = reason === "TooFewSubmissions" ? submittedMask(attempt) === attempt.snapshot : reason === "TooFewHeld" && allDecided(attempt);
  if (!complete) requireDeadline(context, attempt, event, "the attempt was aborted");
  const growth = Math.min(MAX_GROWTH, task.growth + 1);
  if (event.growth !== growth) context.record.wrong("DEADLINE_WRONG", `Phases should grow to 2^${growth}, not 2^${event.growth}.`, where);
  settle(task, attempt);
  task.growth = event.growth;
  task.attemptNumber = attempt.attempt + 1;
  for (const { member, sha256 } of attempt.submissions.values()) task.fixed.set(member, sha256);
  if (reason !== "TooFewSubmissions") task.abandoned.push(attempt);
}

/** The open attempt, if the event is for it and in its phase; else a finding and nothing to go on with. */
export function openAttempt(
  context: CheckContext,
  task: TaskReplay,
  event: Event<"UpdateSubmitted" | "UpdatesAttested" | "ModelVoted"> | PhaseEnd,
  phase: TaskReplay["phase"],
): AttemptReplay | undefined {
  const { attempt } = task;
  if (attempt !== undefined && task.phase === phase && attempt.round === event.round && attempt.attempt === event.attempt) return attempt;
  const state = attempt === undefined ? "no attempt was open" : `round ${attempt.round}, attempt ${attempt.attempt} was in phase ${task.phase}`;
  context.record.wrong("OUT_OF_PHASE", `${event.type} for round ${event.round}, attempt ${event.attempt} came when ${state}.`, placeOf(event, task));
  return undefined;
}

/** Counts the attempt for its members' absence, and leaves the task waiting. */
function settle(task: TaskReplay, attempt: AttemptReplay): void {
  task.missed = task.missed.map((missed, member) => {
    if (attempt.submissions.has(member) || attempt.attestations.has(member) || attempt.votes.has(member)) return 0;
    return has(attempt.snapshot, member) ? Math.min(3, missed + 1) : missed;
  });
  task.phase = "waiting";
}

export function submittedMask(attempt: AttemptReplay): bigint {
  return [...attempt.submissions.keys()].reduce((mask, member) => mask | bit(member), 0n);
}

function heldByEnough(task: TaskReplay, attempt: AttemptReplay): bigint {
  const needed = holdersNeeded(task.params.f);
  const attestations = [...attempt.attestations.values()];
  const enough = [...attempt.submissions.keys()].filter((member) => attestations.filter(({ held }) => has(held, member)).length >= needed);
  return enough.reduce((mask, member) => mask | bit(member), 0n);
}

function allDecided(attempt: AttemptReplay): boolean {
  const submitted = submittedMask(attempt);
  const decided = [...attempt.attestations].filter(([, { held, refused }]) => (held | refused) === submitted);
  return isSubset(attempt.snapshot, decided.reduce((mask, [member]) => mask | bit(member), 0n));
}

function requireEnough({ record }: CheckContext, task: TaskReplay, event: PhaseEnd, mask: bigint): void {
  if (count(mask) >= task.params.minPeers) return;
  record.wrong("TOO_FEW_INCLUDED", `The round went on with ${count(mask)} updates; the task needs ${task.params.minPeers}.`, placeOf(event));
}

function requireDeadline({ record }: CheckContext, attempt: AttemptReplay, event: PhaseEnd, what: string): void {
  const { block, timestamp } = event.at;
  if (timestamp >= attempt.deadline && block >= attempt.deadlineBlock) return;
  const text = `In block ${block} ${what} before all members had acted and before the deadline (${attempt.deadline}, block ${attempt.deadlineBlock}).`;
  record.wrong("TOO_EARLY", text, placeOf(event));
}

function requireDigest({ record }: CheckContext, event: Event<"SubmissionsClosed" | "InclusionFixed">, seen: string): void {
  if (event.seen !== seen) record.wrong("DIGEST_WRONG", `The digest after ${event.type} should be ${seen}; it is ${event.seen}.`, placeOf(event));
}

/** R1: a phase is as long as the task says, times 2 to the growth, in seconds and in blocks. */
function checkDeadline(
  { record, deployment }: CheckContext,
  task: TaskReplay,
  event: Event<"RoundOpened" | "SubmissionsClosed" | "InclusionFixed">,
  seconds: number,
): void {
  const deadline = event.at.timestamp + seconds * 2 ** task.growth;
  const deadlineBlock = event.at.block + deployment.minPhaseBlocks * 2 ** task.growth;
  if (event.deadline === deadline && event.deadlineBlock === deadlineBlock) return;
  const text = `The phase's deadline is ${event.deadline}, block ${event.deadlineBlock}; it should be ${deadline}, block ${deadlineBlock}.`;
  record.wrong("DEADLINE_WRONG", text, placeOf(event));
}
