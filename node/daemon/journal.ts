import { SwarmError } from "../core/errors.ts";
import type { Bytes32, Cid } from "../core/primitives.ts";
import { forgetRounds, KEPT_ROUNDS } from "../core/round/forget.ts";
import {
  attemptKey,
  attemptOfKey,
  emptyLocal,
  type LocalState,
  type OwnSealed,
  type OwnUpdate,
  ownKey,
} from "../core/round/state.ts";
import type { Disk, JournalEntry } from "../ports/disk.ts";

/** Everything a node must remember that the chain and its files do not tell (R7). Each entry names its task. */
export type PeerJournalEntry =
  /** The node enrols: whatever this journal does not name from here on, the node did not do. */
  | { type: "joined"; task: Bytes32 }
  | ({ type: "own"; task: Bytes32 } & OwnUpdate)
  | ({ type: "sealed"; task: Bytes32; seen: Bytes32 } & OwnSealed)
  | { type: "offered"; task: Bytes32; seen: Bytes32 }
  | { type: "voted"; task: Bytes32; seen: Bytes32; round: number; modelHash: Bytes32 }
  | { type: "satOut"; task: Bytes32; round: number; attempt: number }
  | { type: "pruned"; task: Bytes32; before: number };

/** Appends an entry; it is on disk when the promise resolves. */
export const record = (disk: Disk, entry: PeerJournalEntry): Promise<void> =>
  disk.append(entry as unknown as JournalEntry);

/** What a node knows at its start: its journal's entries of this task and the files it holds. Shortens a journal that is mostly history. */
export async function recover(disk: Disk, task: Bytes32): Promise<{ local: LocalState; joined: boolean }> {
  await shortenJournal(disk, task);
  const { local, joined } = remembered((await disk.entries()) as unknown as PeerJournalEntry[], task);
  for (const sha256 of await disk.list("model")) local.models.add(sha256);
  return { local, joined };
}

/**
 * Writes a journal anew that is mostly history. It goes by the journal alone and not by what the running node knows: that has an entry's
 * content only some time after the entry was written.
 */
export async function shortenJournal(disk: Disk, task: Bytes32): Promise<void> {
  try {
    await disk.compact((all) => {
      const entries = all as unknown as PeerJournalEntry[];
      const { local, joined } = remembered(entries, task);
      const others = entries.filter((entry) => entry.task !== task);
      const short = [...others, ...entriesOf(local, task, joined)];
      return short.length < entries.length / 2 ? (short as unknown as JournalEntry[]) : all;
    });
  } catch (error) {
    // The long journal says the same. The next entry finds no room either, and tells the operator.
    if (!(error instanceof SwarmError) || error.code !== "DISK_FULL") throw error;
  }
}

/** What a journal's entries of this task say of its last rounds. */
function remembered(entries: readonly PeerJournalEntry[], task: Bytes32): { local: LocalState; joined: boolean } {
  const local = emptyLocal();
  let joined = false;
  for (const entry of entries) {
    if (entry.task !== task) continue;
    if (entry.type === "joined") joined = true;
    else replay(local, entry);
  }
  const newest = Math.max(
    0,
    ...[...local.own.values(), ...local.sealed.values(), ...local.voted.values()].map(({ round }) => round),
  );
  forgetRounds(local, newest - KEPT_ROUNDS);
  return { local, joined };
}

/** The shortest journal that says the same. */
function entriesOf(local: LocalState, task: Bytes32, joined: boolean): PeerJournalEntry[] {
  const { own, sealed, voted, satOut, prunedBefore } = local;
  return [
    ...(joined ? [{ type: "joined", task } as const] : []),
    ...[...own.values()].map((update) => ({ type: "own", task, ...update }) as const),
    ...[...sealed].map(([seen, file]) => ({ type: "sealed", task, seen, ...file }) as const),
    ...[...voted].map(([seen, vote]) => ({ type: "voted", task, seen, ...vote }) as const),
    ...[...satOut].map((key) => ({ type: "satOut", task, ...attemptOfKey(key) }) as const),
    ...(prunedBefore > 1 ? [{ type: "pruned", task, before: prunedBefore } as const] : []),
  ];
}

function replay(local: LocalState, entry: Exclude<PeerJournalEntry, { type: "joined" }>): void {
  switch (entry.type) {
    case "own":
      local.own.set(ownKey(entry.round, entry.base), {
        round: entry.round,
        base: entry.base,
        sha256: entry.sha256,
        weight: entry.weight,
        ...(entry.layers === undefined ? {} : { layers: entry.layers }),
        ...(entry.engine === undefined ? {} : { engine: entry.engine }),
      });
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
      local.voted.set(entry.seen, { round: entry.round, modelHash: entry.modelHash });
      return;
    case "satOut":
      local.satOut.add(attemptKey(entry.round, entry.attempt));
      return;
    case "pruned":
      local.prunedBefore = Math.max(local.prunedBefore, entry.before);
  }
}
