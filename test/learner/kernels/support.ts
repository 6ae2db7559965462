import assert from "node:assert/strict";
// oxlint-disable-next-line import/no-unassigned-import
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { createPrng } from "../../../node/core/prng.ts";

/** The library's engine in plain JavaScript: what ours has to agree with. */
export const REFERENCE = "cpu";

export const sizeOf = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);

export function random(shape: readonly number[], seed: number): Float32Array {
  const prng = createPrng(seed);
  return Float32Array.from({ length: sizeOf(shape) }, () => 2 * prng.float() - 1);
}

export const tensor = (shape: readonly number[], seed: number): tf.Tensor => tf.tensor(random(shape, seed), [...shape]);

/** A number that every value of `y` has another part in. */
export const weighted = (y: tf.Tensor, seed: number): tf.Scalar =>
  tf.sum(tf.mul(y, tensor(y.shape, seed))) as tf.Scalar;

/** Makes an engine the one that runs. Only "wasm" needs waiting for, and it runs already. */
export function use(backend: string): void {
  void tf.setBackend(backend);
  assert.equal(tf.getBackend(), backend);
}

/** Runs the same computation on the reference and on ours; nothing may be left behind. */
export function compare(compute: () => tf.Tensor): void {
  const run = (backend: string) => {
    use(backend);
    const { numTensors } = tf.memory();
    const result = tf.tidy(compute);
    const values = result.dataSync();
    const { shape } = result;
    result.dispose();
    assert.equal(tf.memory().numTensors, numTensors);
    return { values, shape };
  };
  const expected = run(REFERENCE);
  const actual = run("wasm");
  assert.deepEqual(actual.shape, expected.shape);
  close(actual.values, expected.values);
}

export function close(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of Array.from(actual).entries()) {
    const wanted = expected[i] ?? 0;
    assert.ok(Math.abs(value - wanted) <= 1e-4 * (1 + Math.abs(wanted)), `value ${i} is ${value} instead of ${wanted}`);
  }
}

export const seeds = fc.nat();

/** Images and windows over them, small enough for many and large enough for whole and broken fours of channels. */
export const images = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 4, max: 9 }),
  width: fc.integer({ min: 4, max: 9 }),
  inputs: fc.integer({ min: 1, max: 9 }),
  outputs: fc.integer({ min: 1, max: 18 }),
  window: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  pad: fc.constantFrom("valid" as const, "same" as const),
  seed: seeds,
});

export type Shape4 = [number, number, number, number];
