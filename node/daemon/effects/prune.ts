import type { Effect } from "../../core/round/effects.ts";
import type { PeerEvent } from "../../core/round/events.ts";
import type { Bytes32, Cid } from "../../core/primitives.ts";
import type { PeerContext } from "../components.ts";
import { headerOf } from "../files.ts";
import { record, shortenJournal } from "../journal.ts";

/** Rounds between looks at the journal: reading it costs more than the rest of a round's clearing up. */
const SHORTEN_EVERY = 32;

/** Deletes updates, sealed files and models that the core named (core/round/retention.ts). */
export async function runPrune(context: PeerContext, effect: Effect & { type: "prune" }): Promise<PeerEvent> {
  const { disk, logger, taskId } = context;
  const { before, files } = effect;
  for (const sha256 of files.models) await disk.remove("model", sha256);
  for (const sha256 of files.updates) if (await isExpired(context, sha256, before)) await disk.remove("update", sha256);
  for (const sha256 of files.sealed) await disk.remove("sealed", sha256);
  for (const cid of files.cids) await drop(context, cid);
  await record(disk, { type: "pruned", task: taskId, before });
  if (before % SHORTEN_EVERY === 0) await shortenJournal(disk, taskId);
  logger.debug("deleted files that retention no longer covers", { before });
  return { type: "pruned", before, models: files.models };
}

/** Hashes are what members wrote on the ledger: one may be that of a file of another task, or of a round that is kept. */
async function isExpired({ disk, taskId }: PeerContext, sha256: Bytes32, before: number): Promise<boolean> {
  const bytes = await disk.read("update", sha256);
  const header = bytes && headerOf(bytes);
  return header === undefined || (header.task === taskId && header.round < before);
}

/** Lower-case base32, as every store writes it. The same CID in other letters would get past the list of what is kept. */
const USUAL_CID = /^b[a-z2-7]+$/;

/** CIDs are what members wrote on the ledger, so one may be none at all: that must not keep the rest on disk. */
async function drop({ store, logger }: PeerContext, cid: Cid): Promise<void> {
  if (!USUAL_CID.test(cid)) return;
  try {
    await store.drop(cid);
  } catch (error) {
    logger.debug("a sealed file could not be deleted", { cid, error });
  }
}
