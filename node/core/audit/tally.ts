import { bit, has, isSubset } from "../ledger/masks.ts";
import { holdersNeeded } from "../round/thresholds.ts";
import type { AttemptReplay, TaskReplay } from "./taskReplay.ts";

/** Who submitted. */
export function submittedMask(attempt: AttemptReplay): bigint {
  return [...attempt.submissions.keys()].reduce((mask, member) => mask | bit(member), 0n);
}

/** Whose updates enough members attested to hold. */
export function heldByEnough(task: TaskReplay, attempt: AttemptReplay): bigint {
  const needed = holdersNeeded(task.params.f);
  const attestations = [...attempt.attestations.values()];
  const enough = [...attempt.submissions.keys()].filter(
    (member) => attestations.filter(({ held }) => has(held, member)).length >= needed,
  );
  return enough.reduce((mask, member) => mask | bit(member), 0n);
}

/** Whether every member of the snapshot held or refused every submission. */
export function allDecided(attempt: AttemptReplay): boolean {
  const submitted = submittedMask(attempt);
  const decided = [...attempt.attestations].filter(([, { held, refused }]) => (held | refused) === submitted);
  return isSubset(
    attempt.snapshot,
    decided.reduce((mask, [member]) => mask | bit(member), 0n),
  );
}
