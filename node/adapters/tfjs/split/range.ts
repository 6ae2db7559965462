import * as tf from "@tensorflow/tfjs-core";
import type { LayerRange } from "../../../core/modes/splitLayers.ts";
import { sizeOf } from "../../../core/modes/splitParts.ts";
import type { TaskDocument } from "../../../core/task/schema.ts";
import type { LayerTensor } from "../../../core/task/shapes.ts";
import { tensorName } from "../../../core/task/tensors.ts";
import type { TensorSpec } from "../../../core/weights.ts";
import { applyLayer, type Pass } from "../layers.ts";
import { readInto } from "../readInto.ts";

/** New values of running statistics, to be written when the step is taken. */
export interface Moved {
  offset: number;
  values: Float32Array;
}

/** Some consecutive layers of a model on the engine. Their values stay outside, in a flat array in the order of the owner's specs. */
export interface RangeModel {
  /** @param x [rows, ...input] @param random numbers for dropout, in training; undefined: as in evaluation @returns [rows, ...output], flat */
  forward(values: Float32Array, x: Float32Array, rows: number, random: (() => number) | undefined): Float32Array;
  /**
   * Forward again and back: writes the gradients of the range's tensors at their places, leaves the others.
   * @param upstream gives the gradient by the output, which it is shown
   * @returns the gradient by `x` where it is wanted, and how running statistics move
   */
  differentiate(
    values: Float32Array,
    x: Float32Array,
    rows: number,
    options: { random: () => number; upstream: (output: Float32Array) => Float32Array; wantInput: boolean },
    gradients: Float32Array,
  ): { input: Float32Array | undefined; moved: Moved[] };
}

interface Slot extends TensorSpec {
  offset: number;
  size: number;
  trained: boolean;
}

/** @param specs of all values of the owner, who may have tensors of other layers too @param inputShape of one row */
export function createRange(
  doc: TaskDocument,
  { from, to }: LayerRange,
  specs: readonly TensorSpec[],
  inputShape: readonly number[],
): RangeModel {
  const layers = "layers" in doc.model ? doc.model.layers : [];
  const slots = slotsOf(specs).filter(
    ({ name }) => Number.parseInt(name, 10) >= from && Number.parseInt(name, 10) < to,
  );
  const trained = slots.filter((slot) => slot.trained);
  const offsets = new Map(slots.map(({ name, offset }) => [name, offset]));
  const load = ({ offset, size, shape }: Slot, values: Float32Array): tf.Tensor =>
    tf.tensor(values.subarray(offset, offset + size), [...shape]);
  const input = (x: Float32Array, rows: number): tf.Tensor => tf.tensor(x, [rows, ...inputShape]);
  const run = (start: tf.Tensor, tensors: ReadonlyMap<string, tf.Tensor>, pass: Pass): tf.Tensor => {
    let x = start;
    for (let index = from; index < to; index++) {
      const layer = layers[index];
      if (layer === undefined) continue;
      const tensorOf = (name: LayerTensor["name"]) => tensors.get(tensorName(index, layer, name)) as tf.Tensor;
      x = applyLayer(layer, index, x, tensorOf, pass);
    }
    return x;
  };
  /** What a batch's statistics make of the running ones. */
  const move = (
    values: Float32Array,
    index: number,
    which: "movingMean" | "movingVariance",
    batch: tf.Tensor,
  ): Moved => {
    const layer = layers[index];
    const offset = layer && offsets.get(tensorName(index, layer, which));
    if (layer?.type !== "batchNormalization" || offset === undefined) throw new Error(`layer ${index} has no ${which}`);
    const { momentum } = layer;
    const moved = Float32Array.from(
      batch.dataSync(),
      (value, i) => momentum * (values[offset + i] as number) + (1 - momentum) * value,
    );
    return { offset, values: moved };
  };

  return {
    forward(values, x, rows, random) {
      const pass: Pass = { training: random !== undefined, random: random ?? (() => 1), moved: () => undefined };
      return tf.tidy(() => {
        const tensors = new Map(slots.map((slot) => [slot.name, load(slot, values)]));
        return (run(input(x, rows), tensors, pass).dataSync() as Float32Array).slice();
      });
    },
    differentiate(values, x, rows, { random, upstream, wantInput }, gradients) {
      const moved: Moved[] = [];
      const pass: Pass = {
        training: true,
        random,
        moved(index, mean, variance) {
          moved.push(move(values, index, "movingMean", mean), move(values, index, "movingVariance", variance));
        },
      };
      // Its own gradient is what the other side, or the loss, gave; so the engine differentiates nothing but these layers.
      const top = tf.customGrad((output, save) => {
        const y = output as tf.Tensor;
        (save as tf.GradSaveFunc)([tf.tensor(upstream(y.dataSync() as Float32Array), y.shape)]);
        return { value: tf.scalar(0), gradFunc: (_one, saved) => (saved[0] as tf.Tensor).clone() };
      });
      const compute = (start: tf.Tensor, ...tensors: tf.Tensor[]): tf.Scalar =>
        top(run(start, new Map(tensors.map((tensor, i) => [trained[i]?.name ?? "", tensor])), pass)) as tf.Scalar;
      const found = tf.tidy(() => {
        const given = trained.map((slot) => load(slot, values));
        const start = input(x, rows);
        const { grads } = wantInput
          ? tf.valueAndGrads(compute)([start, ...given])
          : tf.valueAndGrads((...tensors: tf.Tensor[]) => compute(start, ...tensors))(given);
        const ofTensors = wantInput ? grads.slice(1) : grads;
        for (const [i, { offset }] of trained.entries()) readInto(ofTensors[i] as tf.Tensor, gradients, offset);
        if (!wantInput) return undefined;
        const gradient = new Float32Array(rows * sizeOf(inputShape));
        readInto(grads[0] as tf.Tensor, gradient, 0);
        return gradient;
      });
      return { input: found, moved };
    },
  };
}

function slotsOf(specs: readonly TensorSpec[]): Slot[] {
  let offset = 0;
  return specs.map(({ name, shape }) => {
    const slot = { name, shape, offset, size: sizeOf(shape), trained: !/\.moving(Mean|Variance)$/.test(name) };
    offset += slot.size;
    return slot;
  });
}
