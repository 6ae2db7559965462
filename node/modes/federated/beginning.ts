import { decodeModel } from "../../core/codec.ts";
import { SwarmError } from "../../core/errors.ts";
import { modelSpecs } from "../../core/task/document.ts";
import { specDifference } from "../../core/weights/specDifference.ts";
import type { Disk } from "../../ports/disk.ts";
import type { FederatedInit } from "./components.ts";
import { type History, type PastRound, readHistory, recordRound } from "./history.ts";

/** Where a coordinator begins: at round 1 with the first model, or after a restart where it was. */
export interface Beginning extends History {
  last: PastRound;
  /** The file of the model of the last round. */
  bytes: Uint8Array;
}

/**
 * F10: reads what the coordinator wrote down; a folder without any of it is given the first model.
 * @throws SwarmError TASK_MODEL_MISFIT, FEDERATED_MODEL_LOST, those of the disk
 */
export async function begin(
  disk: Disk,
  { task, document, firstModel }: Pick<FederatedInit, "task" | "document"> & { firstModel: Uint8Array },
): Promise<Beginning> {
  const history = await readHistory(disk, task);
  const last = history.rounds.at(-1);
  if (last !== undefined) return { ...history, last, bytes: await lastModel(disk, last) };
  const difference = specDifference(decodeModel(firstModel).specs, modelSpecs(document));
  if (difference !== undefined)
    throw new SwarmError("TASK_MODEL_MISFIT", `the first model is not the task's: ${difference}`);
  const modelHash = await disk.write("model", firstModel);
  const first: PastRound = { round: 0, attempt: 0, base: modelHash, modelHash, clients: [], leftOut: [], seconds: 0 };
  await recordRound(disk, task, first);
  return { ...history, rounds: [first], last: first, bytes: firstModel };
}

async function lastModel(disk: Disk, { modelHash, round }: PastRound): Promise<Uint8Array> {
  const bytes = await disk.read("model", modelHash);
  if (bytes) return bytes;
  const text = `the model ${modelHash} of round ${round} is gone from this folder: put its file back from a backup or from a client's folder, or begin in a new folder with it as --model`;
  throw new SwarmError("FEDERATED_MODEL_LOST", text, { modelHash, round });
}
