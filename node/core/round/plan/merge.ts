import { members } from "../../ledger/masks.ts";
import type { AttemptView, Submission, TaskView } from "../../ledger/view/task.ts";
import type { Effect } from "../effects.ts";
import { attemptKey, type RoundState, verdictKey } from "../state.ts";
import { planOffer, planOpen } from "./attest.ts";

/** MERGE: get what is included and still missing, merge it, vote for the result. Offering and opening go on as in ATTEST (R5). */
export function planMerge(state: RoundState, task: TaskView, attempt: AttemptView, self: number): Effect[] {
  const { seen } = attempt;
  const effects = [...planOffer(state, attempt, self), ...planOpen(state, attempt)];
  if (attempt.votes.has(self)) return effects;
  const merged = state.local.merged.get(seen);
  return [...effects, ...(merged ? planVote(task, attempt, self, merged) : planMerging(state, attempt))];
}

/** The merge of an attempt, where the base and everything included is held. */
function planMerging(state: RoundState, attempt: AttemptView): Effect[] {
  const { round, seen, base } = attempt;
  const included = includedOf(attempt);
  const isHeld = ({ member, sha256 }: Submission) =>
    state.local.verdicts.get(verdictKey(round, member, sha256)) === "held";
  if (!state.local.models.has(base) || !included.every(isHeld)) return [];
  return [{ type: "merge", key: `merge/${seen}`, round, attempt: attempt.attempt, seen, base, included }];
}

/** A member that others outran finishes its own merge of the final round: that is faster than fetching the model, and checks it (R6). */
export function planLateMerge(state: RoundState, task: TaskView): Effect[] {
  const attempt = task.finalAttempt;
  if (
    !attempt ||
    task.history.at(-1)?.modelHash !== task.model ||
    state.local.models.has(task.model) ||
    state.local.merged.has(attempt.seen)
  )
    return [];
  return planMerging(state, attempt);
}

/** A vote for a round that is final already is still recorded: it says that this node holds the model (R8). */
export function planLateVote(state: RoundState, task: TaskView, self: number): Effect[] {
  const attempt = task.finalAttempt;
  const merged = attempt && state.local.merged.get(attempt.seen);
  if (!merged || attempt.votes.has(self) || merged.modelHash !== task.model) return [];
  return planVote(task, attempt, self, merged);
}

/** Updates that the open attempt merges, in ledger order. */
export const includedOf = (attempt: AttemptView): Submission[] =>
  members(attempt.included).flatMap((member) => attempt.submissions.get(member) ?? []);

function planVote(
  task: TaskView,
  attempt: AttemptView,
  self: number,
  merged: { modelHash: `0x${string}`; evaluation: number },
): Effect[] {
  if (!((attempt.snapshot >> BigInt(self)) & 1n)) return [];
  const { round, seen } = attempt;
  const ref = { taskId: task.taskId, round, attempt: attempt.attempt, seen };
  const key = `vote/${attemptKey(round, attempt.attempt)}/${seen}`;
  return [{ type: "act", key, act: { type: "vote", ref, modelHash: merged.modelHash, evaluation: merged.evaluation } }];
}
