import { SwarmError } from "../../core/errors.ts";
import { createPrng } from "../../core/prng.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import type { TrainingProgress } from "../../ports/learner.ts";
import type { Dataset } from "../data/dataset.ts";
import { batchesOf } from "./batches.ts";
import type { Model } from "./model.ts";
import { createOptimizer } from "./optimizers.ts";
import { addProximal } from "./proximal.ts";

/** Seed word that keeps dropout's numbers apart from those of shuffles. */
export const DROPOUT_STREAM = 0x64726f70;

export interface TrainedRound {
  values: Float32Array;
  /** Mean loss over the rows of the last epoch, or of the round's batches, without the proximal term. */
  loss: number;
  ms: number;
}

export interface TrainingHooks {
  /** Asked before each batch; true stops with undefined. */
  stopped(): boolean;
  onBatch(progress: TrainingProgress): void;
}

/**
 * One round's local training: minibatches in an order that task seed and round decide, and a fresh optimizer.
 * @param base the model's values, left as they are
 * @param config as it is in this round (`core/task/learningRate.ts`)
 * @returns undefined where a hook stopped it
 * @throws SwarmError TRAINING_DIVERGED where the loss is no longer a finite number
 */
export function trainRound(
  model: Model,
  data: Dataset,
  base: Float32Array,
  round: number,
  config: TaskDocument["training"],
  hooks: TrainingHooks,
): TrainedRound | undefined {
  const started = performance.now();
  const values = base.slice();
  const gradients = new Float32Array(values.length);
  const optimizer = createOptimizer(config.optimizer, values.length);
  const dropout = createPrng(config.seed, DROPOUT_STREAM, round);
  let sum = 0;
  let seen = 0;
  let last = 1;
  for (const { rows, epoch, epochs, batch, batches } of batchesOf(data.rows, round, config)) {
    if (hooks.stopped()) return undefined;
    if (batch === 1) sum = seen = 0;
    last = epoch;
    const { features, labels } = gather(data, rows);
    const loss = model.gradients(values, features, labels, gradients, dropout.float);
    if (!Number.isFinite(loss)) throw diverged(round, epoch);
    if (config.proximal !== undefined) addProximal(gradients, values, base, config.proximal, model.held);
    optimizer.step(values, gradients);
    sum += loss;
    seen += rows.length;
    hooks.onBatch({ epoch, epochs, batch, batches, loss: loss / rows.length });
  }
  if (!values.every(Number.isFinite)) throw diverged(round, last);
  return { values, loss: sum / seen, ms: performance.now() - started };
}

function gather(data: Dataset, rows: Uint32Array): { features: Float32Array; labels: Int32Array } {
  const { width } = data;
  const features = new Float32Array(rows.length * width);
  const labels = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    features.set(data.features.subarray(row * width, (row + 1) * width), i * width);
    labels[i] = data.labels[row] as number;
  }
  return { features, labels };
}

function diverged(round: number, epoch: number): SwarmError {
  const text = `training diverged in round ${round}, epoch ${epoch}: the loss or a weight is not finite; normalize the features or lower the learning rate`;
  return new SwarmError("TRAINING_DIVERGED", text, { round, epoch });
}
