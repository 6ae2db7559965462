import type { Effect } from "../../core/round/effects.ts";
import type { PeerEvent } from "../../core/round/events.ts";
import { taskOf } from "../../core/round/state.ts";
import type { Bytes32 } from "../../core/primitives.ts";
import type { PeerContext } from "../components.ts";
import { record } from "../journal.ts";

/** Deletes updates, sealed files and models of rounds before `before`; what a later round still needs stays. */
export async function runPrune(context: PeerContext, effect: Effect & { type: "prune" }): Promise<PeerEvent> {
  const { disk, store, logger, state } = context;
  const task = taskOf(state);
  const needed = new Set<Bytes32>([task.model, ...task.history.filter(({ round }) => round >= effect.before).flatMap((round) => [round.base, round.modelHash])]);
  for (const { round, base, included } of task.history) {
    if (round < state.local.prunedBefore || round >= effect.before) continue;
    if (!needed.has(base)) await disk.remove("model", base);
    for (const { cid } of included) await store.drop(cid);
  }
  for (const [sha256, { round }] of task.published) if (round < effect.before) await disk.remove("update", sha256);
  for (const own of state.local.sealed.values()) {
    if (own.round >= effect.before) continue;
    await disk.remove("sealed", own.sealed);
    await store.drop(own.cid);
  }
  await record(disk, { type: "pruned", task: task.taskId, before: effect.before });
  logger.debug("deleted files that retention no longer covers", { before: effect.before });
  return { type: "pruned", before: effect.before };
}
