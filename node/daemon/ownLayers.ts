import { decodeModel, encodeModel } from "../core/codec.ts";
import type { Bytes32 } from "../core/primitives.ts";
import { expiredLayers, layersFor } from "../core/round/ownLayers.ts";
import { initialLocal } from "../core/task/initialModel.ts";
import { localTensorSpecs } from "../core/task/tensors.ts";
import type { Weights } from "../core/weights.ts";
import type { PeerContext } from "./components.ts";

/**
 * The layers that the task leaves at each node, as this one's latest training before `round` left them; what such layers start from where it
 * never trained, or lost them. Empty where the task has none, for learners to be given as options.
 */
export async function ownLayers(context: PeerContext, round: number): Promise<{ own?: Weights }> {
  const { disk, document, state, logger } = context;
  if (localTensorSpecs(document).length === 0) return {};
  const files = layersFor(state.local, round);
  for (const sha256 of files) {
    const bytes = await disk.read("own-layers", sha256);
    if (bytes) return { own: decodeModel(bytes) };
  }
  if (files.length > 0) logger.warn("the layers that this node keeps to itself are gone; they begin anew", { round });
  return { own: initialLocal(document) };
}

/** Writes what a training made of them, before its update is journaled. @returns what goes into the journal with it: both count, or neither */
export async function writeOwnLayers({ disk }: PeerContext, own: Weights | undefined): Promise<{ layers?: Bytes32 }> {
  return own === undefined ? {} : { layers: await disk.write("own-layers", encodeModel(own)) };
}

/** Deletes what no training goes on from any more, once `layers` is journaled. */
export async function pruneOwnLayers({ disk, state }: PeerContext, layers: Bytes32 | undefined): Promise<void> {
  if (layers === undefined) return;
  for (const sha256 of expiredLayers(state.local, layers))
    if (await disk.has("own-layers", sha256)) await disk.remove("own-layers", sha256);
}
