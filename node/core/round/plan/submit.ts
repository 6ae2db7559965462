import { mayRead } from "../../ledger/view/registry.ts";
import type { AttemptView, TaskView } from "../../ledger/view/task.ts";
import type { Bytes32 } from "../../primitives.ts";
import type { Effect } from "../effects.ts";
import { attemptKey, ownKey, type RoundState } from "../state.ts";

/** SUBMIT: train once per round, seal per attempt, then submit the file's hash and the sealed file's CID. */
export function planSubmit(state: RoundState, task: TaskView, attempt: AttemptView, self: number): Effect[] {
  const { local } = state;
  const { round, base, seen } = attempt;
  if (attempt.submissions.has(self)) return [];
  const lost = lostUpdate(state, task, attempt, self);
  if (lost) return [{ type: "regain", key: `regain/${round}/${lost.sha256}`, round, base, ...lost }];
  const at = attemptKey(round, attempt.attempt);
  // It may have signed a file in this attempt that it does not know, and would sign a second one; in the next attempt that one cannot count (R3).
  if (local.satOut.has(at)) return [];
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

/** This node's update for the round as the ledger has it on record, where the node does not have it any more: no other may be submitted (R2, R7). */
export function lostUpdate(
  { local }: RoundState,
  task: TaskView,
  { round, base }: AttemptView,
  self: number,
): { sha256: Bytes32; weight: number } | undefined {
  const filed = task.filed.get(self);
  if (filed?.round !== round || local.own.get(ownKey(round, base))?.sha256 === filed.sha256) return undefined;
  return { sha256: filed.sha256, weight: filed.weight };
}
