import { count, has } from "../ledger/masks.ts";
import { votesNeeded } from "../round/thresholds.ts";
import type { CheckContext, Event } from "./checkTask.ts";
import { openAttempt, requireDeadline } from "./expect.ts";
import { checkGoingOn, scoreRound } from "./stopping.ts";
import { allDecided, heldByEnough, submittedMask } from "./tally.ts";
import { type AttemptReplay, placeOf, type TaskReplay } from "./taskReplay.ts";

/** Phases are at most 2 to this power as long as the task says. */
const MAX_GROWTH = 4;

/** RoundFinalized: the quorum voted for this model. */
export function checkFinal(context: CheckContext, task: TaskReplay, event: Event<"RoundFinalized">): void {
  const attempt = openAttempt(context, task, event, "merge");
  if (attempt === undefined) return;
  context.record.counts.roundsFinalized++;
  const votes = [...attempt.votes.values()].filter((hash) => hash === event.modelHash).length;
  const needed = votesNeeded(count(attempt.snapshot), task.params.f);
  if (votes < needed) {
    context.record.wrong(
      "QUORUM_MISSING",
      `Model ${event.modelHash} was finalized with ${votes} votes; ${needed} are needed.`,
      placeOf(event),
    );
  }
  if (event.included !== attempt.included) {
    context.record.wrong(
      "INCLUSION_WRONG",
      `The final round names the mask ${event.included}, but ${attempt.included} was fixed.`,
      placeOf(event),
    );
  }
  checkGoingOn(context, task, event);
  scoreRound(task, attempt, event.modelHash);
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
    context.record.wrong(
      "ABORT_WRONG",
      `The attempt was aborted for too few submissions, but ${attempt.submissions.size} are enough.`,
      where,
    );
  }
  const held = count(heldByEnough(task, attempt));
  if (reason === "TooFewHeld" && held >= minPeers) {
    context.record.wrong(
      "ABORT_WRONG",
      `The attempt was aborted because too few updates were held, but ${held} are enough.`,
      where,
    );
  }
  const needed = votesNeeded(count(attempt.snapshot), f);
  const equal = [...attempt.votes.values()].find(
    (hash, _, all) => all.filter((other) => other === hash).length >= needed,
  );
  if (equal !== undefined)
    context.record.wrong(
      "QUORUM_IGNORED",
      `The attempt was aborted although model ${equal} had its ${needed} votes.`,
      where,
    );
  const complete =
    reason === "TooFewSubmissions"
      ? submittedMask(attempt) === attempt.snapshot
      : reason === "TooFewHeld" && allDecided(attempt);
  if (!complete) requireDeadline(context, attempt, event, "the attempt was aborted");
  const growth = Math.min(MAX_GROWTH, task.growth + 1);
  if (event.growth !== growth)
    context.record.wrong("DEADLINE_WRONG", `Phases should grow to 2^${growth}, not 2^${event.growth}.`, where);
  settle(task, attempt);
  task.growth = event.growth;
  task.attemptNumber = attempt.attempt + 1;
  for (const { member, sha256 } of attempt.submissions.values()) task.fixed.set(member, sha256);
  if (reason !== "TooFewSubmissions") task.abandoned.push(attempt);
}

/** Counts the attempt for its members' absence, and leaves the task waiting. */
function settle(task: TaskReplay, attempt: AttemptReplay): void {
  task.missed = task.missed.map((missed, member) => {
    if (attempt.submissions.has(member) || attempt.attestations.has(member) || attempt.votes.has(member)) return 0;
    return has(attempt.snapshot, member) ? Math.min(3, missed + 1) : missed;
  });
  task.phase = "waiting";
}
