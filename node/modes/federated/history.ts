import type { ClientUpdate } from "../../core/modes/federatedMerge.ts";
import type { Address, Bytes32 } from "../../core/primitives.ts";
import type { Disk } from "../../ports/disk.ts";

/** A merged round, as the coordinator remembers it. Round 0 is the model that the task begins with. */
export interface PastRound {
  round: number;
  attempt: number;
  base: Bytes32;
  modelHash: Bytes32;
  clients: Address[];
  leftOut: Address[];
  seconds: number;
}

/** What the coordinator writes down. Models and updates are files by hash; a line counts only once its files are on disk. */
type Entry =
  | ({ type: "federatedRound"; task: Bytes32 } & PastRound)
  | ({ type: "federatedUpdate"; task: Bytes32; round: number; base: Bytes32 } & ClientUpdate);

/** F10: what a coordinator goes on from after a restart. */
export interface History {
  rounds: PastRound[];
  /** Updates of the round after the last merged one. */
  updates: ClientUpdate[];
}

/** @throws SwarmError of the disk */
export async function readHistory(disk: Disk, task: Bytes32): Promise<History> {
  const rounds: PastRound[] = [];
  let updates: (ClientUpdate & { round: number; base: Bytes32 })[] = [];
  for (const entry of (await disk.entries()) as unknown as Entry[]) {
    if (entry.task !== task) continue;
    if (entry.type === "federatedRound") {
      const { type: _type, task: _task, ...past } = entry;
      rounds.push(past);
      updates = [];
    } else if (entry.type === "federatedUpdate") {
      const { account, sha256, weight, round, base } = entry;
      updates.push({ account, sha256, weight, round, base });
    }
  }
  const last = rounds.at(-1);
  const kept: ClientUpdate[] = [];
  for (const { round, base, ...update } of updates)
    if (round === (last?.round ?? 0) + 1 && base === last?.modelHash && (await disk.has("update", update.sha256)))
      kept.push(update);
  return { rounds, updates: kept };
}

export const recordRound = (disk: Disk, task: Bytes32, past: PastRound): Promise<void> =>
  disk.append({ type: "federatedRound", task, ...past });

export const recordUpdate = (
  disk: Disk,
  task: Bytes32,
  update: ClientUpdate & { round: number; base: Bytes32 },
): Promise<void> => disk.append({ type: "federatedUpdate", task, ...update });

/** Deletes models of rounds that the task's retention no longer covers. The newest stays in any case. */
export async function pruneModels(disk: Disk, rounds: readonly PastRound[], retain: number | "all"): Promise<void> {
  if (retain === "all") return;
  const kept = new Set(rounds.slice(-Math.max(1, retain)).map(({ modelHash }) => modelHash));
  for (const { modelHash } of rounds)
    if (!kept.has(modelHash) && (await disk.has("model", modelHash))) await disk.remove("model", modelHash);
}
