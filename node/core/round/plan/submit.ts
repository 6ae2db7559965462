import type { AttemptView, TaskView } from "../../ledger/view/task.ts";
import type { Effect } from "../effects.ts";
import { attemptKey, type RoundState } from "../state.ts";

/** SUBMIT: train once per round, seal per attempt, then submit the file's hash and the sealed file's CID. */
export function planSubmit(state: RoundState, task: TaskView, attempt: AttemptView, self: number): Effect[] {
  const { local } = state;
  const { round, base, seen } = attempt;
  if (attempt.submissions.has(self) || mustSitOut(state, task, round, self)) return [];
  const at = attemptKey(round, attempt.attempt);
  const own = local.own.get(round);
  // Another base is possible only after the chain came back shorter: what was trained on a lost history is of no use.
  if (own?.base !== base) {
    return local.models.has(base) ? [{ type: "train", key: `train/${round}/${base}`, round, base }] : [];
  }
  const sealed = local.sealed.get(seen);
  if (!sealed) {
    const recipients = attempt.recipients.map((recipient) => recipient.encryptionKey);
    return [{ type: "seal", key: `seal/${seen}`, round, attempt: attempt.attempt, seen, sha256: own.sha256, recipients }];
  }
  const ref = { taskId: task.taskId, round, attempt: attempt.attempt, seen };
  const act = { type: "submit", ref, sha256: own.sha256, cid: sealed.cid, weight: own.weight } as const;
  return [{ type: "act", key: `submit/${at}/${seen}`, act }];
}

/** R7: a node that submitted a file it no longer knows would sign a second one; it waits for the next round instead. */
export function mustSitOut(state: RoundState, task: TaskView, round: number, self: number): boolean {
  if (state.local.satOut.has(round)) return true;
  const filed = task.filed.get(self);
  return filed?.round === round && state.local.own.get(round)?.sha256 !== filed.sha256;
}
