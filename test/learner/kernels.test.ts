import assert from "node:assert/strict";
import { before, test } from "node:test";
// oxlint-disable-next-line import/no-unassigned-import
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { startEngine } from "../../node/adapters/tfjs/engine.ts";
import { createPrng } from "../../node/core/prng.ts";

before(async () => {
  await startEngine();
});

const size = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);

function random(shape: number[], seed: number): Float32Array {
  const prng = createPrng(seed);
  return Float32Array.from({ length: size(shape) }, () => 2 * prng.float() - 1);
}

/** Runs the same computation on the plain JavaScript backend and on ours; nothing may be left behind. */
function compare(compute: () => tf.Tensor): void {
  const run = (backend: string) => {
    // Only "wasm" needs waiting for, and it runs already.
    void tf.setBackend(backend);
    assert.equal(tf.getBackend(), backend);
    const { numTensors } = tf.memory();
    const result = tf.tidy(compute);
    const values = result.dataSync();
    const { shape } = result;
    result.dispose();
    assert.equal(tf.memory().numTensors, numTensors);
    return { values, shape };
  };
  const expected = run("cpu");
  const actual = run("wasm");
  assert.deepEqual(actual.shape, expected.shape);
  for (const [i, value] of actual.values.entries()) {
    const wanted = expected.values[i] ?? 0;
    assert.ok(Math.abs(value - wanted) <= 1e-4 * (1 + Math.abs(wanted)), `value ${i} is ${value} instead of ${wanted}`);
  }
}

const side = fc.integer({ min: 1, max: 9 });
const seed = fc.nat();

test("matrix products, either operand transposed", () => {
  fc.assert(
    fc.property(
      side,
      side,
      side,
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom([], [1], [3]),
      seed,
      (n, k, m, flipA, flipB, batch, from) => {
        const a = [...batch, ...(flipA ? [k, n] : [n, k])];
        const b = [...batch, ...(flipB ? [m, k] : [k, m])];
        compare(() => tf.matMul(tf.tensor(random(a, from), a), tf.tensor(random(b, from + 1), b), flipA, flipB));
      },
    ),
    { numRuns: 60 },
  );
});

const images = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 4, max: 8 }),
  width: fc.integer({ min: 4, max: 8 }),
  inputs: fc.integer({ min: 1, max: 4 }),
  outputs: fc.integer({ min: 1, max: 4 }),
  window: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  pad: fc.constantFrom("valid" as const, "same" as const),
  seed,
});

test("gradients of convolutions by their filter and their input", () => {
  fc.assert(
    fc.property(images, ({ batch, height, width, inputs, outputs, window, strides, pad, seed: from }) => {
      const xShape = [batch, height, width, inputs] as [number, number, number, number];
      const filterShape = [...window, inputs, outputs] as [number, number, number, number];
      const x = random(xShape, from);
      const filter = random(filterShape, from + 1);
      const weighted = (y: tf.Tensor) => tf.sum(tf.mul(y, tf.tensor(random(y.shape, from + 2), y.shape)));
      compare(() =>
        tf.grad((f) => weighted(tf.conv2d(tf.tensor4d(x, xShape), f as tf.Tensor4D, strides, pad)))(
          tf.tensor4d(filter, filterShape),
        ),
      );
      compare(() =>
        tf.grad((t) => weighted(tf.conv2d(t as tf.Tensor4D, tf.tensor4d(filter, filterShape), strides, pad)))(
          tf.tensor4d(x, xShape),
        ),
      );
    }),
    { numRuns: 60 },
  );
});

test("the gradient of max pooling, also where a window has no positive value", () => {
  fc.assert(
    fc.property(
      images,
      fc.boolean(),
      ({ batch, height, width, inputs, window, strides, pad, seed: from }, negative) => {
        const shape = [batch, height, width, inputs] as [number, number, number, number];
        const x = random(shape, from).map((value) => (negative ? value - 1 : value));
        const weighted = (y: tf.Tensor) => tf.sum(tf.mul(y, tf.tensor(random(y.shape, from + 2), y.shape)));
        compare(() =>
          tf.grad((t) => weighted(tf.maxPool(t as tf.Tensor4D, window, strides, pad)))(tf.tensor4d(x, shape)),
        );
      },
    ),
    { numRuns: 60 },
  );
});
