import { NO_EVALUATION } from "../ledger/events.ts";
import { has, isSubset } from "../ledger/masks.ts";
import { isBarred } from "../ledger/view/registry.ts";
import type { CheckContext, Event } from "./checkTask.ts";
import { submissionDigest } from "./digests.ts";
import { openAttempt } from "./expect.ts";
import { nameOf } from "./nameOf.ts";
import { noteLateSubmission } from "./stopping.ts";
import { submittedMask } from "./tally.ts";
import { type AttemptReplay, placeOf, type TaskReplay } from "./taskReplay.ts";

/** Checks of what members did. An act that must not count is left out of the replay, so that its consequences show as well. */

type MemberAct = Event<"UpdateSubmitted" | "UpdatesAttested" | "ModelVoted">;

/** UpdateSubmitted: by a licensed member of the snapshot, once, the same file in every attempt of the round (R2). */
export function checkSubmission(context: CheckContext, task: TaskReplay, event: Event<"UpdateSubmitted">): void {
  const attempt = openAttempt(context, task, event, "submit");
  if (attempt === undefined) return;
  const { record, keccak256 } = context;
  const where = { ...placeOf(event, task), file: event.sha256 };
  const seen = submissionDigest(keccak256, attempt.seen, event);
  if (event.seen !== seen)
    record.wrong("DIGEST_WRONG", `The digest of the submissions should be ${seen}; it is ${event.seen}.`, where);
  attempt.seen = event.seen;
  requireActor(context, task, attempt, event, "submitted an update");
  if (attempt.submissions.has(event.member)) {
    record.wrong("ACT_REPEATED", `${nameOf(task, event.member)} submitted twice in one attempt.`, where);
    return;
  }
  const fixed = task.fixed.get(event.member);
  if (fixed !== undefined && fixed !== event.sha256) {
    record.wrong(
      "FILE_CHANGED",
      `${nameOf(task, event.member)} submitted another file than ${fixed}, which it submitted earlier in the round.`,
      where,
    );
  }
  const { maxWeight } = task.params;
  if (!Number.isSafeInteger(event.weight) || event.weight < 1 || event.weight > maxWeight) {
    record.wrong(
      "WEIGHT_INVALID",
      `${nameOf(task, event.member)} submitted with weight ${event.weight}; it must be 1 to ${maxWeight}.`,
      where,
    );
  }
  const { member, sha256, cid, weight } = event;
  attempt.submissions.set(member, { member, sha256, cid, weight });
  noteLateSubmission(context, task, event);
}

/** UpdatesAttested: by a licensed member of the snapshot; bits are only added, and none is both held and refused. */
export function checkAttestation(context: CheckContext, task: TaskReplay, event: Event<"UpdatesAttested">): void {
  const attempt = openAttempt(context, task, event, "attest");
  if (attempt === undefined) return;
  const { member, held, refused } = event;
  requireActor(context, task, attempt, event, "attested");
  const before = attempt.attestations.get(member) ?? { held: 0n, refused: 0n };
  const onlyAdds =
    isSubset(before.held, held) &&
    isSubset(before.refused, refused) &&
    !(before.held === held && before.refused === refused);
  if (!onlyAdds || (held & refused) !== 0n || !isSubset(held | refused, submittedMask(attempt))) {
    const text = `${nameOf(task, member)} attested masks held ${held}, refused ${refused} after held ${before.held}, refused ${before.refused}, which is not allowed.`;
    context.record.wrong("ATTESTATION_INVALID", text, placeOf(event, task));
  }
  attempt.attestations.set(member, { held, refused });
}

/** ModelVoted: one vote per member and attempt; a late one is for the model that is final already. */
export function checkVote(context: CheckContext, task: TaskReplay, event: Event<"ModelVoted">): void {
  const { record } = context;
  const { member, modelHash, evaluation, late } = event;
  const where = placeOf(event, task);
  const isFinal = task.final?.round === event.round && task.final.attempt === event.attempt;
  if (late && (!isFinal || modelHash !== task.model)) {
    record.wrong(
      "VOTE_INVALID",
      `${nameOf(task, member)}'s late vote is not for the model that was just finalized.`,
      where,
    );
    return;
  }
  const attempt = late ? task.final : openAttempt(context, task, event, "merge");
  if (attempt === undefined) return;
  requireActor(context, task, attempt, event, "voted");
  if (evaluation !== NO_EVALUATION && (!task.params.evaluations || !(evaluation >= 0 && evaluation <= 10_000))) {
    record.wrong(
      "VOTE_INVALID",
      `${nameOf(task, member)} voted with evaluation ${evaluation}, which the task does not allow.`,
      where,
    );
  }
  if (attempt.votes.has(member))
    record.wrong("ACT_REPEATED", `${nameOf(task, member)} voted twice in one attempt.`, where);
  else {
    attempt.votes.set(member, modelHash);
    attempt.evaluations.set(member, evaluation);
  }
}

/** R10: in the attempt's snapshot, and neither revoked nor suspended when it acted. */
function requireActor(
  { record, registry }: CheckContext,
  task: TaskReplay,
  attempt: AttemptReplay,
  event: MemberAct,
  what: string,
): void {
  record.counts.acts++;
  const where = placeOf(event, task);
  const account = task.members[event.member];
  if (account === undefined || !has(attempt.snapshot, event.member)) {
    record.wrong(
      "ACT_NOT_IN_SNAPSHOT",
      `${nameOf(task, event.member)} ${what} without being in the attempt's snapshot.`,
      where,
    );
  } else if (isBarred(registry, account, event.at.timestamp)) {
    record.wrong(
      "ACT_BARRED",
      `${nameOf(task, event.member)} ${what} although its licence is revoked or suspended.`,
      where,
    );
  }
}
