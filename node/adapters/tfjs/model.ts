import * as tf from "@tensorflow/tfjs-core";
import { SwarmError } from "../../core/errors.ts";
import { normalizeRows, statisticsOf } from "../../core/statistics/rows.ts";
import { isStatistic, MEAN, SQUARE } from "../../core/statistics/tensors.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import type { LayerTensor } from "../../core/task/shapes.ts";
import { allTensorSpecs, inputShape, tensorName, tensorSpecs } from "../../core/task/tensors.ts";
import { applyLayer, type Pass } from "./layers.ts";
import { readInto } from "./readInto.ts";
import { type LossValue, sigmoidCrossEntropy, softmaxCrossEntropy } from "./loss.ts";

/** Most rows evaluated at once: bounds what the activations take. */
const EVALUATED_ROWS = 1024;

/** Where a tensor stands among a model's values. */
interface Slot {
  name: string;
  shape: number[];
  offset: number;
  size: number;
  /** Running statistics are moved, not trained. */
  trained: boolean;
}

/** Part of a model's values, from `start` to before `end`. */
export interface Range {
  start: number;
  end: number;
}

/** A task's model on the engine. Its values stay outside, in one flat array in the order of `allTensorSpecs`. */
export interface Model {
  /** How many values. */
  readonly length: number;
  /** Outputs per row: classes, or 1 for a sigmoid. */
  readonly outputs: number;
  /** Values that are trained and shared, which is what a proximal term may hold: others have no part in layers that stay at a node. */
  readonly held: readonly Range[];
  /**
   * Loss of a batch; writes its gradient into `gradients` and moves running statistics in `values`.
   * @param features [rows, width] @returns the loss summed over the rows
   */
  gradients(
    values: Float32Array,
    features: Float32Array,
    labels: Int32Array,
    gradients: Float32Array,
    random: () => number,
  ): number;
  /** The same values with the statistics of these rows, where the task agrees on some; undefined where it does not. */
  withStatistics(values: Float32Array, features: Float32Array): Float32Array | undefined;
  /** [rows, outputs] */
  logits(values: Float32Array, features: Float32Array, rows: number): Float32Array;
}

/**
 * @param classWeights what a row's loss is multiplied with in training, by its class; 1 where they are left out
 * @throws SwarmError TASK_NO_LAYERS for a task that only lists tensors
 */
export function createModel(doc: TaskDocument, classWeights?: Float64Array): Model {
  const { model } = doc;
  if (!("layers" in model)) {
    throw new SwarmError(
      "TASK_NO_LAYERS",
      `task ${doc.name} lists tensors, not layers: this engine cannot train it, use a trainer process`,
    );
  }
  const { layers } = model;
  const slots = slotsOf(doc);
  const trained = slots.filter((slot) => slot.trained);
  const shared = new Set(tensorSpecs(doc).map(({ name }) => name));
  const byName = new Map(slots.map((slot) => [slot.name, slot]));
  const row = inputShape(doc);
  const width = row.reduce((product, size) => product * size, 1);
  const lossOf = model.loss === "sigmoidCrossEntropy" ? sigmoidCrossEntropy : softmaxCrossEntropy;

  const partOf = (name: string, values: Float32Array): Float32Array => {
    const { offset, size } = byName.get(name) as Slot;
    return values.subarray(offset, offset + size);
  };
  const normalized = (features: Float32Array, values: Float32Array): Float32Array =>
    byName.has(MEAN) ? normalizeRows(features, partOf(MEAN, values), partOf(SQUARE, values)) : features;
  const load = (slot: Slot, values: Float32Array) =>
    tf.tensor(values.subarray(slot.offset, slot.offset + slot.size), slot.shape);
  const forward = (features: Float32Array, rows: number, tensors: Map<string, tf.Tensor>, pass: Pass): tf.Tensor => {
    let x: tf.Tensor = tf.tensor(features, [rows, ...row]);
    for (const [index, layer] of layers.entries()) {
      const tensorOf = (name: LayerTensor["name"]) => tensors.get(tensorName(index, layer, name)) as tf.Tensor;
      x = applyLayer(layer, index, x, tensorOf, pass);
    }
    return x;
  };
  const moveStatistics = (
    values: Float32Array,
    index: number,
    name: "movingMean" | "movingVariance",
    batch: tf.Tensor,
  ) => {
    const layer = layers[index];
    const slot = layer && byName.get(tensorName(index, layer, name));
    if (layer?.type !== "batchNormalization" || slot === undefined) return;
    for (const [i, value] of batch.dataSync().entries()) {
      values[slot.offset + i] = layer.momentum * (values[slot.offset + i] as number) + (1 - layer.momentum) * value;
    }
  };

  return {
    length: slots.reduce((sum, slot) => sum + slot.size, 0),
    held: trained
      .filter(({ name }) => shared.has(name))
      .map(({ offset, size }) => ({ start: offset, end: offset + size })),
    outputs: model.loss === "sigmoidCrossEntropy" ? 1 : doc.data.label.classes.length,
    gradients(values, features, labels, gradients, random) {
      let sum = 0;
      const rows = normalized(features, values);
      const pass: Pass = {
        training: true,
        random,
        moved(index, mean, variance) {
          moveStatistics(values, index, "movingMean", mean);
          moveStatistics(values, index, "movingVariance", variance);
        },
      };
      const lossOp = tf.customGrad((logits, save) => {
        const loss: LossValue = lossOf((logits as tf.Tensor).dataSync() as Float32Array, labels, classWeights);
        sum = loss.sum;
        const gradient = tf.tensor(loss.gradient, (logits as tf.Tensor).shape);
        (save as tf.GradSaveFunc)([gradient]);
        // The gradient of the mean loss itself is 1, so there is nothing to multiply by.
        return {
          value: tf.scalar(loss.sum / labels.length),
          gradFunc: (_one, saved) => (saved[0] as tf.Tensor).clone(),
        };
      });
      const compute = (...tensors: tf.Tensor[]) =>
        lossOp(
          forward(rows, labels.length, new Map(tensors.map((tensor, i) => [trained[i]?.name ?? "", tensor])), pass),
        );
      tf.tidy(() => {
        const { grads } = tf.valueAndGrads(compute)(trained.map((slot) => load(slot, values)));
        for (const [i, slot] of trained.entries()) readInto(grads[i] as tf.Tensor, gradients, slot.offset);
      });
      return sum;
    },
    withStatistics(values, features) {
      if (!byName.has(MEAN)) return undefined;
      const { mean, square } = statisticsOf(features, width);
      const copy = values.slice();
      partOf(MEAN, copy).set(mean);
      partOf(SQUARE, copy).set(square);
      return copy;
    },
    logits(values, features, rows) {
      const pass: Pass = { training: false, random: () => 1, moved: () => {} };
      const parts: Float32Array[] = [];
      tf.tidy(() => {
        const tensors = new Map(slots.map((slot) => [slot.name, load(slot, values)]));
        for (let from = 0; from < rows; from += EVALUATED_ROWS) {
          const to = Math.min(rows, from + EVALUATED_ROWS);
          parts.push(
            tf.tidy(
              () =>
                forward(
                  normalized(features.subarray(from * width, to * width), values),
                  to - from,
                  tensors,
                  pass,
                ).dataSync() as Float32Array,
            ),
          );
        }
      });
      return concatenate(parts);
    },
  };
}

function slotsOf(doc: TaskDocument): Slot[] {
  let offset = 0;
  return allTensorSpecs(doc).map(({ name, shape }) => {
    const size = shape.reduce((product, side) => product * side, 1);
    const slot = { name, shape: [...shape], offset, size, trained: !isFixed(name) };
    offset += size;
    return slot;
  });
}

const isFixed = (name: string): boolean => /\.moving(Mean|Variance)$/.test(name) || isStatistic({ name, shape: [] });

function concatenate(parts: Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
