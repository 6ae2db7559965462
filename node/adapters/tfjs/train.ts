import { SwarmError } from "../../core/errors.ts";
import { createPrng, shuffle } from "../../core/prng.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import type { TrainingProgress } from "../../ports/learner.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Model } from "./model.ts";
import { createOptimizer } from "./optimizers.ts";
import { addProximal } from "./proximal.ts";

/** Seed words that keep the streams of one round apart. */
const SHUFFLE_STREAM = 0x73687566;
const DROPOUT_STREAM = 0x64726f70;

export interface TrainedRound {
  values: Float32Array;
  /** Mean loss over the rows of the last epoch, without the proximal term. */
  loss: number;
  ms: number;
}

export interface TrainingHooks {
  /** Asked before each batch; true stops with undefined. */
  stopped(): boolean;
  onBatch(progress: TrainingProgress): void;
}

/**
 * One round's local training: minibatches in an order that task seed, round and epoch decide, and a fresh optimizer.
 * @param base the model's values, left as they are
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
  const order = Uint32Array.from({ length: data.rows }, (_, row) => row);
  const batches = Math.ceil(data.rows / config.batchSize);
  let loss = 0;
  for (let epoch = 1; epoch <= config.localEpochs; epoch++) {
    shuffle(order, createPrng(config.seed, SHUFFLE_STREAM, round, epoch));
    loss = 0;
    for (let batch = 1; batch <= batches; batch++) {
      if (hooks.stopped()) return undefined;
      const rows = order.subarray((batch - 1) * config.batchSize, batch * config.batchSize);
      const { features, labels } = gather(data, rows);
      const sum = model.gradients(values, features, labels, gradients, dropout.float);
      if (!Number.isFinite(sum)) throw diverged(round, epoch);
      if (config.proximal !== undefined) addProximal(gradients, values, base, config.proximal, model.held);
      optimizer.step(values, gradients);
      loss += sum / data.rows;
      hooks.onBatch({ epoch, epochs: config.localEpochs, batch, batches, loss: sum / rows.length });
    }
  }
  if (!values.every(Number.isFinite)) throw diverged(round, config.localEpochs);
  return { values, loss, ms: performance.now() - started };
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
