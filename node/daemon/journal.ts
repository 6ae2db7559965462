import type { Bytes32, Cid } from "../core/primitives.ts";
import { emptyLocal, type LocalState, type OwnSealed, type OwnUpdate } from "../core/round/state.ts";
import type { Disk, JournalEntry } from "../ports/disk.ts";

/** Everything a node must remember that the chain and its files do not tell (R7). Each entry names its task. */
export type PeerJournalEntry =
  /** The node enrols: whatever this journal does not name from here on, the node did not do. */
  | { type: "joined"; task: Bytes32 }
  | ({ type: "own"; task: Bytes32 } & OwnUpdate)
  | ({ type: "sealed"; task: Bytes32; seen: Bytes32 } & OwnSealed)
  | { type: "offered"; task: Bytes32; seen: Bytes32 }
  | { type: "voted"; task: Bytes32; seen: Bytes32; modelHash: Bytes32 }
  | { type: "satOut"; task: Bytes32; round: number }
  | { type: "pruned"; task: Bytes32; before: number };

/** Appends an entry; it is on disk when the promise resolves. */
export const record = (disk: Disk, entry: PeerJournalEntry): Promise<void> => disk.append(entry as unknown as JournalEntry);

/** What a node knows at its start: its journal's entries of this task and the files it holds. */
export async function recover(disk: Disk, task: Bytes32): Promise<{ local: LocalState; joined: boolean }> {
  const local = emptyLocal();
  let joined = false;
  for (const entry of (await disk.entries()) as unknown as PeerJournalEntry[]) {
    if (entry.task !== task) continue;
    if (entry.type === "joined") joined = true;
    else replay(local, entry);
  }
  for (const sha256 of await disk.list("model")) local.models.add(sha256);
  return { local, joined };
}

function replay(local: LocalState, entry: Exclude<PeerJournalEntry, { type: "joined" }>): void {
  switch (entry.type) {
    case "own":
      local.own.set(entry.round, { round: entry.round, base: entry.base, sha256: entry.sha256, weight: entry.weight });
      return;
    case "sealed": {
      const { seen, round, attempt, cid, sealed, offered } = entry;
      local.sealed.set(seen, { round, attempt, cid: cid as Cid, sealed, offered });
      return;
    }
    case "offered": {
      const sealed = local.sealed.get(entry.seen);
      if (sealed) sealed.offered = true;
      return;
    }
    case "voted":
      local.voted.set(entry.seen, entry.modelHash);
      return;
    case "satOut":
      local.satOut.add(entry.round);
      return;
    case "pruned":
      local.prunedBefore = Math.max(local.prunedBefore, entry.before);
  }
}
