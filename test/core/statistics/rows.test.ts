import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { mergeModel } from "../../../node/core/merge/merge.ts";
import type { Weights } from "../../../node/core/weights.ts";
import { clipToBounds, scalingOf } from "../../../node/core/statistics/scaling.ts";
import { normalizeRows, statisticsOf } from "../../../node/core/statistics/rows.ts";
import { INITIAL, MEAN, SQUARE } from "../../../node/core/statistics/tensors.ts";
import { asModel } from "../../../node/core/weights/model.ts";
import { subtract } from "../../../node/core/weights/subtract.ts";
import { taskDocument, taskInput } from "../../task/fixture.ts";

const agreed = (low: number | number[], high: number | number[]) =>
  taskDocument({ data: { ...taskInput().data, normalize: { agreed: { low, high } } } });

const close = (actual: number, expected: number, within: number): void =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} instead of ${expected}`);

const oneFeature = [
  { name: MEAN, shape: [1] },
  { name: SQUARE, shape: [1] },
];

describe("agreed normalization", () => {
  it("scales by the bounds, and clips what is beyond them; missing values stay", () => {
    const document = agreed([0, 10, -1], [1, 20, 1]);
    assert.deepEqual(scalingOf(document), { mean: [0, 10, -1], std: [1, 10, 2] });
    assert.deepEqual(scalingOf(agreed(5, [10, 15, 25])), { mean: 5, std: [5, 10, 20] });
    assert.deepEqual(scalingOf(agreed(5, 7)), { mean: 5, std: 2 });
    const values = Float32Array.of(-0.5, 0.25, 7, Number.NaN);
    clipToBounds(document, values);
    assert.deepEqual([...values], [0, 0.25, 1, Number.NaN]);
  });

  it("leaves other tasks' values alone", () => {
    const values = Float32Array.of(-3, 9);
    clipToBounds(taskDocument(), values);
    assert.deepEqual([...values], [-3, 9]);
    assert.equal(scalingOf(taskDocument()), "none");
  });

  it("statistics are the mean and the mean square of each feature", () => {
    const { mean, square } = statisticsOf(Float32Array.of(0, 1, 0.5, 1, 1, 0.25), 2);
    assert.deepEqual([...mean], [0.5, 0.75]);
    assert.deepEqual([...square], [Math.fround(1.25 / 3), 0.6875]);
  });

  it("rows by their own statistics have mean 0 and deviation 1; a feature that never changes is 0", () => {
    const rows = Float32Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? (i % 7) / 7 : 0.3));
    const { mean, square } = statisticsOf(rows, 2);
    const normalized = normalizeRows(rows, mean, square);
    const first = [...normalized].filter((_, i) => i % 2 === 0);
    const average = first.reduce((sum, value) => sum + value, 0) / first.length;
    close(average, 0, 1e-6);
    close(first.reduce((sum, value) => sum + (value - average) ** 2, 0) / first.length, 1, 1e-5);
    for (const value of [...normalized].filter((_, i) => i % 2 === 1)) close(value, 0, 1e-3);
  });

  it("merged by a mean that weighs by rows, they are those of all rows together", () => {
    const site = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });
    const base = asModel({ specs: oneFeature, values: Float32Array.of(INITIAL[MEAN], INITIAL[SQUARE]) });
    const weightsOf = (rows: number[]): Weights => {
      const { mean, square } = statisticsOf(Float32Array.from(rows), 1);
      return { specs: oneFeature, values: Float32Array.of(mean[0] as number, square[0] as number) };
    };
    fc.assert(
      fc.property(fc.array(site, { minLength: 2, maxLength: 5 }), (sites) => {
        const updates = sites.map((rows, member) => {
          return { member, weight: rows.length, delta: subtract(weightsOf(rows), base as unknown as Weights) };
        });
        const merged = mergeModel(base, updates, { rule: "mean" }, { f: 0, seed: `0x${"0".repeat(64)}` });
        const pooled = weightsOf(sites.flat());
        for (const i of [0, 1]) close(merged.values[i] as number, pooled.values[i] as number, 1e-6);
      }),
    );
  });
});
