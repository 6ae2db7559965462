import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { cappedWeights, capNeeds, capThousandths } from "../../../node/core/merge/cap.ts";
import { mergeModel } from "../../../node/core/merge/merge.ts";
import { contributions, weightsOf } from "./support.ts";

const total = (weights: number[]): bigint => weights.reduce((sum, weight) => sum + BigInt(weight), 0n);

describe("merge: a cap on one contributor's share", () => {
  it("lowers the largest weights, as few as possible, to exactly the cap, and keeps the others' proportions", () => {
    const cases = fc.integer({ min: 4, max: 1000 }).chain((thousandths) =>
      fc.record({
        thousandths: fc.constant(thousandths),
        weights: fc.array(fc.oneof(fc.integer({ min: 1, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 9 })), {
          minLength: Math.ceil(1000 / thousandths),
          maxLength: Math.max(Math.ceil(1000 / thousandths), 40),
        }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ thousandths, weights }) => {
        const capped = cappedWeights(weights, thousandths / 1000);
        const all = total(capped);
        assert.ok(all <= BigInt(Number.MAX_SAFE_INTEGER));
        const share = (weight: number) => 1000n * BigInt(weight) - BigInt(thousandths) * all;
        assert.ok(capped.every((weight) => Number.isSafeInteger(weight) && weight > 0 && share(weight) <= 0n));
        // What is not at the cap is an untouched weight, scaled: cross products with each other's are equal.
        const untouched = [...weights.keys()].filter((i) => share(capped[i] as number) < 0n);
        const first = untouched[0];
        for (const i of untouched) {
          const product = (a: number, b: number) => BigInt(capped[a] as number) * BigInt(weights[b] as number);
          assert.equal(product(i, first as number), product(first as number, i));
          for (const [j, weight] of weights.entries())
            if (!untouched.includes(j)) assert.ok(weight >= (weights[i] as number));
        }
        // Nobody is lowered where nobody has more than the cap.
        if (weights.every((weight) => 1000n * BigInt(weight) <= BigInt(thousandths) * total(weights)))
          assert.deepEqual(capped, weights);
      }),
      // Shrinking many large numbers would take minutes, and tells little more.
      { numRuns: 500, endOnFailure: true },
    );
  });

  it("is what one would compute by hand", () => {
    assert.deepEqual(cappedWeights([10, 10, 1], 0.4), [400, 400, 200]);
    assert.deepEqual(cappedWeights([90, 5, 5], 0.5), [5000, 2500, 2500]);
    assert.deepEqual(cappedWeights([3, 2, 2], 0.5), [3, 2, 2]);
    assert.deepEqual(cappedWeights([7, 1, 1, 1], 0.25), [750, 750, 750, 750]);
    const merge = (cap?: number) =>
      mergeModel(weightsOf([0]), contributions([[1], [0], [0]], [98, 1, 1]), { rule: "mean", cap }).values[0];
    assert.equal(merge(), Math.fround(0.98));
    assert.equal(merge(0.4), Math.fround(0.4));
  });

  it("is a share in thousandths, and at least one by the number of contributors", () => {
    assert.deepEqual([0.4, 0.125, 0.001, 1].map(capThousandths), [400, 125, 1, 1000]);
    assert.deepEqual([0, -0.1, 1.001, 0.0005, 1 / 3, Number.NaN].map(capThousandths), Array(6).fill(undefined));
    assert.equal(capNeeds(3, 0.334), undefined);
    assert.match(capNeeds(3, 0.333) ?? "", /share above 0\.333 needs at least 4 contributions; there are 3/);
  });
});
