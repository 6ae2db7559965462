import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createPrng } from "../../../node/core/prng.ts";
import { uniformOf, withNoise } from "../../../node/core/statistics/noise.ts";
import { MEAN, SQUARE } from "../../../node/core/statistics/tensors.ts";
import type { Weights } from "../../../node/core/weights.ts";

const FEATURES = 5000;
const weights: Weights = {
  specs: [
    { name: "0.dense.kernel", shape: [2] },
    { name: MEAN, shape: [FEATURES] },
    { name: SQUARE, shape: [FEATURES] },
  ],
  values: Float32Array.from({ length: 2 + 2 * FEATURES }, (_, i) => (i < 2 ? 7 : i < 2 + FEATURES ? 0.5 : 0.3)),
};
const seeded = (seed: number) => {
  const prng = createPrng(seed);
  return () => 1 - prng.float();
};
const momentsOf = (values: Float32Array) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
};

describe("noise on published statistics", () => {
  for (const deviation of [0.01, 0.04]) {
    it(`has the deviation that the task asks for: ${deviation}`, () => {
      const { values } = withNoise(weights, deviation, seeded(3));
      for (const [start, centre] of [
        [2, 0.5],
        [2 + FEATURES, 0.3],
      ] as const) {
        const { mean, deviation: found } = momentsOf(values.subarray(start, start + FEATURES));
        // Five standard errors of a mean and of a deviation of so many values.
        assert.ok(Math.abs(mean - centre) < (5 * deviation) / Math.sqrt(FEATURES), `mean ${mean}`);
        assert.ok(Math.abs(found / deviation - 1) < 5 / Math.sqrt(2 * FEATURES), `deviation ${found}`);
      }
    });
  }

  it("leaves all other tensors alone, and everything where the task asks for none", () => {
    assert.deepEqual([...withNoise(weights, 0.1, seeded(1)).values.subarray(0, 2)], [7, 7]);
    assert.equal(withNoise(weights, undefined, seeded(1)), weights);
  });

  it("R4: stays within what means of values from 0 to 1 can be, however much is added", () => {
    const { values } = withNoise(weights, 1, seeded(2));
    const statistics = values.subarray(2);
    assert.ok(statistics.every((value) => value >= 0 && value <= 1));
    assert.ok(statistics.includes(0) && statistics.includes(1));
  });

  it("uniform numbers are above 0 and reach 1, so that their logarithm is finite", () => {
    assert.equal(uniformOf(new Uint8Array(8)), 2 ** -53);
    assert.equal(uniformOf(new Uint8Array(8).fill(255)), 1);
    assert.equal(uniformOf(Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0)), 0.5 + 2 ** -53);
  });
});
