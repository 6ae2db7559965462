import { mayRead } from "../../ledger/view/registry.ts";
import type { AttemptView, TaskView } from "../../ledger/view/task.ts";
import type { Effect } from "../effects.ts";
import { attemptKey, ownKey, type RoundState } from "../state.ts";

/** SUBMIT: train once per round, seal per attempt, then submit the file's hash and the sealed file's CID. */
export function planSubmit(state: RoundState, task: TaskView, attempt: AttemptView, self: number): Effect[] {
  const { local } = state;
  const { round, base, seen } = attempt;
  if (attempt.submissions.has(self) || mustSitOut(state, task, attempt, self)) return [];
  const at = attemptKey(round, attempt.attempt);
  // Another base is possible only after the chain came back shorter: what was trained on a lost history is of no use on this one.
  const own = local.own.get(ownKey(round, base));
  if (!own) {
    if (local.diverged.has(ownKey(round, base))) return [];
    return local.models.has(base) ? [{ type: "train", key: `train/${round}/${base}`, round, base }] : [];
  }
  const sealed = local.sealed.get(seen);
  if (!sealed) {
    // Whoever lost its licence since the opening is no recipient of anything later (R10).
    const recipients = attempt.recipients
      .filter(({ account }) => mayRead(state.view.registry, account, state.now))
      .map((recipient) => recipient.encryptionKey);
    return [
      { type: "seal", key: `seal/${seen}`, round, attempt: attempt.attempt, seen, sha256: own.sha256, recipients },
    ];
  }
  const ref = { taskId: task.taskId, round, attempt: attempt.attempt, seen };
  const act = { type: "submit", ref, sha256: own.sha256, cid: sealed.cid, weight: own.weight } as const;
  return [{ type: "act", key: `submit/${at}/${seen}`, act }];
}

/**
 * R7: a node that may have signed a file it no longer knows would sign a second one. It waits for the next attempt, where the first cannot
 * count any more (R3), or for the next round where the ledger has that file on record (R2).
 */
export function mustSitOut(
  state: RoundState,
  task: TaskView,
  { round, attempt, base }: AttemptView,
  self: number,
): boolean {
  if (state.local.satOut.has(attemptKey(round, attempt))) return true;
  const filed = task.filed.get(self);
  return filed?.round === round && state.local.own.get(ownKey(round, base))?.sha256 !== filed.sha256;
}
