import { roundMerge } from "../../core/modes/federatedMerge.ts";
import type { CoordinatorComponents, FederatedInit } from "./components.ts";
import { type PastRound, pruneModels, recordRound } from "./history.ts";
import type { OpenRound } from "./openRound.ts";

type Init = Pick<FederatedInit, "document" | "task">;

/**
 * F8: merges a round's updates into the next model, which is on disk, and written down, before anybody hears of it.
 * @param rounds those before; the new one is added
 * @returns the model's file
 */
export async function mergeRound(
  { disk, merger, clock, logger }: CoordinatorComponents,
  { document, task }: Init,
  open: OpenRound,
  rounds: PastRound[],
  signal: AbortSignal,
): Promise<{ bytes: Uint8Array; past: PastRound }> {
  const { round, base, attempt } = open;
  const updates = [...open.updates.values()];
  const { bytes, sha256 } = await merger.merge(roundMerge(document, { task, round, base, updates }), { signal });
  await disk.write("model", bytes);
  const past: PastRound = {
    round,
    attempt,
    base,
    modelHash: sha256,
    clients: updates.map(({ account }) => account).sort(),
    leftOut: open.leftOut(),
    seconds: (clock.now() - (open.openedAt ?? clock.now())) / 1000,
  };
  await recordRound(disk, task, past);
  rounds.push(past);
  logger.info("merged a round", { ...past });
  // The coordinator keeps no single client's update for longer than it takes to merge it.
  for (const update of updates) await disk.remove("update", update.sha256);
  await pruneModels(disk, rounds, document.retainRounds);
  return { bytes, past };
}
