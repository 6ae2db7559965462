import { encodeWeights } from "../../core/codec.ts";
import type { Effect } from "../../core/round/effects.ts";
import type { PeerEvent } from "../../core/round/events.ts";
import type { OwnUpdate } from "../../core/round/state.ts";
import { contributorWeight } from "../../core/task/document.ts";
import type { Weights } from "../../core/weights.ts";
import type { TrainingProgress, TrainingResult } from "../../ports/learner.ts";
import type { PeerContext } from "../components.ts";
import { headerFor, readWeights } from "../files.ts";
import { record } from "../journal.ts";
import { makeUpdate } from "../makeUpdate.ts";
import type { OwnUpdateLength } from "../ownClipping.ts";
import { ownLayers, pruneOwnLayers, writeOwnLayers } from "../ownLayers.ts";

/**
 * Trains on the round's base and makes this node's update file. The file and the journal are on disk before anything else can happen
 * with it, so that a node never makes a second update for one round (R7).
 */
export async function runTrain(
  context: PeerContext,
  effect: Effect & { type: "train" },
  signal: AbortSignal,
): Promise<PeerEvent> {
  const { learner, observer } = context;
  const { round, base } = effect;
  const start = await readWeights(context, base);
  const kept = await ownLayers(context, round);
  const before = await learner.evaluate(start, { signal, ...kept });
  const onProgress = (progress: TrainingProgress): void => {
    context.progress.set(round, progress);
    observer.training?.({ ...progress, round });
  };
  const result = await learner
    .train(start, round, { signal, onProgress, ...kept })
    .finally(() => context.progress.delete(round));
  const [{ length, ...own }] = await Promise.all([
    keepUpdate(context, effect, start, result),
    keepLatest(context, encodeWeights(result.weights)),
  ]);
  const { ms, loss, validation: local } = result;
  context.figures.set(round, { ms, loss, base: before, local, update: length });
  return { type: "trained", ...own };
}

/** Clips the difference, writes the update's file, then journals it. @throws SwarmError PRIVACY_*, FILE_TOO_LARGE */
async function keepUpdate(
  context: PeerContext,
  { round, base }: Effect & { type: "train" },
  start: Weights,
  { weights, own: ownTensors, samples }: TrainingResult,
): Promise<OwnUpdate & { length: OwnUpdateLength }> {
  const { disk, document, learner, taskId: task, random } = context;
  const header = headerFor(context, { round, base, node: context.account });
  const { bytes, length } = makeUpdate({ document, header, start, random }, { weights, samples });
  const sha256 = await disk.write("update", bytes);
  const layers = await writeOwnLayers(context, ownTensors);
  const { engine } = learner;
  const own = { round, base, sha256, weight: contributorWeight(document, samples), ...layers, engine };
  await record(disk, { type: "own", task, ...own });
  await pruneOwnLayers(context, layers.layers);
  return { ...own, length };
}

/** One file of this node's own weights is kept: the latest. */
async function keepLatest({ disk }: PeerContext, bytes: Uint8Array): Promise<void> {
  const latest = await disk.write("last-local", bytes);
  for (const sha256 of await disk.list("last-local")) if (sha256 !== latest) await disk.remove("last-local", sha256);
}
