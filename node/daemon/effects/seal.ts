import type { Effect } from "../../core/round/effects.ts";
import type { PeerEvent } from "../../core/round/events.ts";
import type { PeerContext } from "../components.ts";
import { readFile } from "../files.ts";
import { record } from "../journal.ts";

/** Seals this node's update to the attempt's members and auditors and computes the CID; nothing is offered yet (R2). */
export async function runSeal(context: PeerContext, effect: Effect & { type: "seal" }): Promise<PeerEvent> {
  const { disk, sealer, store, logger, taskId } = context;
  const { round, attempt, seen } = effect;
  const bytes = await readFile(context, "update", effect.sha256);
  const { sealed: file, unusable } = await sealer.seal(bytes, effect.recipients);
  for (const key of unusable)
    logger.warn("a registered encryption key cannot be used; its owner will have to ask others for this update", {
      round,
      key,
    });
  const cid = await store.cidOf(file);
  const sealed = await disk.write("sealed", file);
  await record(disk, { type: "sealed", task: taskId, seen, round, attempt, cid, sealed, offered: false });
  return { type: "sealed", round, attempt, seen, cid, sealed };
}
