import { count } from "../ledger/masks.ts";
import { holdersNeeded } from "../round/thresholds.ts";
import type { CheckContext, Event } from "./checkTask.ts";
import { inclusionDigest } from "./digests.ts";
import { checkDeadline, openAttempt, type PhaseEnd, requireDeadline } from "./expect.ts";
import { allDecided, heldByEnough, submittedMask } from "./tally.ts";
import { placeOf, type TaskReplay } from "./taskReplay.ts";

/** Checks of what the ledger itself did between phases. Each follows its event even where that is wrong. */

/** SubmissionsClosed: all submitted, or the deadline passed with enough. */
export function checkClosing(context: CheckContext, task: TaskReplay, event: Event<"SubmissionsClosed">): void {
  const attempt = openAttempt(context, task, event, "submit");
  if (attempt === undefined) return;
  const submitted = submittedMask(attempt);
  if (event.submitted !== submitted) {
    context.record.wrong(
      "SUBMITTED_WRONG",
      `The closed submissions are the mask ${event.submitted}, but ${submitted} was submitted.`,
      placeOf(event),
    );
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
  Object.assign(attempt, {
    included: event.included,
    deadline: event.deadline,
    deadlineBlock: event.deadlineBlock,
    seen: event.seen,
  });
  task.phase = "merge";
}

function requireEnough({ record }: CheckContext, task: TaskReplay, event: PhaseEnd, mask: bigint): void {
  if (count(mask) >= task.params.minPeers) return;
  record.wrong(
    "TOO_FEW_INCLUDED",
    `The round went on with ${count(mask)} updates; the task needs ${task.params.minPeers}.`,
    placeOf(event),
  );
}

function requireDigest(
  { record }: CheckContext,
  event: Event<"SubmissionsClosed" | "InclusionFixed">,
  seen: string,
): void {
  if (event.seen !== seen)
    record.wrong(
      "DIGEST_WRONG",
      `The digest after ${event.type} should be ${seen}; it is ${event.seen}.`,
      placeOf(event),
    );
}
