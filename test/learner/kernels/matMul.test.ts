import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { startEngine } from "../../../node/adapters/tfjs/engine.ts";
import { compare, seeds, tensor, use } from "./support.ts";

before(async () => {
  await startEngine();
});

const side = fc.integer({ min: 1, max: 21 });

test("matrix products, either operand transposed, alone and in batches", () => {
  fc.assert(
    fc.property(
      side,
      side,
      side,
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(
        [[], []],
        [[1], [1]],
        [[3], [3]],
        [[3], [1]],
        [[1], [2]],
        [
          [2, 3],
          [2, 3],
        ],
        [
          [2, 1],
          [1, 3],
        ],
      ),
      seeds,
      (n, k, m, flipA, flipB, [batchA = [], batchB = []], seed) => {
        const a = [...batchA, ...(flipA ? [k, n] : [n, k])];
        const b = [...batchB, ...(flipB ? [m, k] : [k, m])];
        compare(() => tf.matMul(tensor(a, seed), tensor(b, seed + 1), flipA, flipB));
      },
    ),
    { numRuns: 150 },
  );
});

test("products deeper than what is packed at a time", () => {
  for (const [n, k, m] of [
    [5, 1100, 11],
    [4, 512, 8],
    [33, 513, 3],
  ] as const) {
    for (const flip of [false, true]) {
      compare(() => tf.matMul(tensor(flip ? [k, n] : [n, k], 1), tensor(flip ? [m, k] : [k, m], 2), flip, flip));
    }
  }
});

test("sums and means over the first axes, the last ones and all", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 0, max: 4 }),
      fc.constantFrom("first" as const, "last" as const),
      fc.boolean(),
      seeds,
      (shape, count, which, keepDims, seed) => {
        const all = shape.map((_, axis) => axis);
        const axes = which === "first" ? all.slice(0, count) : all.slice(all.length - Math.min(count, all.length));
        compare(() => tf.sum(tensor(shape, seed), axes, keepDims));
        compare(() => tf.mean(tensor(shape, seed), axes, keepDims));
      },
    ),
    { numRuns: 100 },
  );
});

test("the sum of many rows is not worse than that of few", () => {
  use("wasm");
  const rows = 100_000;
  const [sum] = tf.tidy(() => tf.sum(tf.mul(tf.ones([rows, 1]), 0.1), [0]).dataSync());
  assert.ok(Math.abs((sum as number) - 10_000) < 0.01, `${sum}`);
});

test("gradients of a rectifier, also where its input is 0", () => {
  const x = [...tensorValues(), 0, -0];
  compare(() => tf.grad((t: tf.Tensor) => tf.sum(tf.mul(tf.relu(t), tf.range(0, x.length))))(tf.tensor1d(x)));
});

const tensorValues = () => tensor([9], 4).dataSync();

test("gradients of an embedding: rows that are taken twice get both", () => {
  const ids = [3, 0, 3, 1, 3, 2];
  compare(() =>
    tf.grad((table: tf.Tensor) => {
      const taken = tf.gather(table, tf.tensor2d(ids, [2, 3], "int32"));
      return tf.sum(tf.mul(taken, tensor([2, 3, 5], 7)));
    })(tensor([4, 5], 6)),
  );
});
