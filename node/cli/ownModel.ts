import { openDiskReadOnly, type ReadOnlyDisk } from "../adapters/disk/openReadOnly.ts";
import { decodeWeights } from "../core/codec.ts";
import { SwarmError } from "../core/errors.ts";
import type { Bytes32 } from "../core/primitives.ts";
import { initialLocal } from "../core/task/initialModel.ts";
import type { TaskDocument } from "../core/task/schema.ts";
import { localTensorSpecs, tensorSpecs } from "../core/task/tensors.ts";
import type { Weights } from "../core/weights.ts";
import type { PeerJournalEntry } from "../daemon/journal.ts";
import type { Home } from "./home.ts";
import { checkModel } from "./modelFile.ts";

/** A node's own weights after its latest training, before any merge. */
export interface OwnModel {
  bytes: Uint8Array;
  sha256: Bytes32;
  weights: Weights;
  /** The round that it was trained in, as far as the journal tells. */
  round?: number;
}

/**
 * Out of the node's folder, also while its daemon runs. Nobody else is ever given this file.
 * @param taskId of the task, where the ledger was read
 * @throws SwarmError LOCAL_MODEL_MISSING, FILE_DAMAGED, TASK_MODEL_MISFIT (the last training was for another task)
 */
export async function readOwnModel(home: Home, document: TaskDocument, taskId: Bytes32 | undefined): Promise<OwnModel> {
  const disk = await openDiskReadOnly(home.disk);
  const sha256 = (await disk.list("last-local")).at(-1);
  const bytes = sha256 && (await disk.read("last-local", sha256));
  if (sha256 === undefined || bytes === undefined) {
    const text = `${home.dir} has no model of its own yet: there is one when its daemon has trained for the first time`;
    throw new SwarmError("LOCAL_MODEL_MISSING", text, { home: home.dir });
  }
  const weights = decodeWeights(bytes);
  checkModel(weights, tensorSpecs(document), `the own model in ${home.dir}`);
  const round = (await trainings(disk, taskId)).at(-1)?.round;
  return { bytes, sha256, weights, ...(round === undefined ? {} : { round }) };
}

/**
 * The layers that the task leaves at each node, as this node's latest training left them; undefined where the task has none.
 * @returns what such layers start from, with `trained: false`, where the node has not trained yet
 * @throws SwarmError MODEL_LACKS_LAYERS where no folder is named, FILE_DAMAGED
 */
export async function readOwnLayers(
  home: Home | undefined,
  document: TaskDocument,
  taskId: Bytes32 | undefined,
): Promise<{ own: Weights; trained: boolean } | undefined> {
  const names = localTensorSpecs(document).map(({ name }) => name);
  if (names.length === 0) return undefined;
  if (home === undefined) {
    const text = `models of task ${document.name} are not whole: it leaves ${names.join(", ")} at each node; name a node's folder with --home to use its own`;
    throw new SwarmError("MODEL_LACKS_LAYERS", text, { names });
  }
  const disk = await openDiskReadOnly(home.disk);
  for (const { layers } of (await trainings(disk, taskId)).toReversed()) {
    const bytes = layers && (await disk.read("own-layers", layers));
    if (bytes) return { own: decodeWeights(bytes), trained: true };
  }
  return { own: initialLocal(document), trained: false };
}

/** What the journal says of this node's trainings, the latest last. */
async function trainings(disk: ReadOnlyDisk, taskId: Bytes32 | undefined) {
  const entries = (await disk.entries()) as unknown as PeerJournalEntry[];
  return entries
    .filter((entry) => entry.type === "own")
    .filter(({ task }) => taskId === undefined || task === taskId)
    .toSorted((a, b) => a.round - b.round);
}
