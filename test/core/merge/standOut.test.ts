import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mergeModel } from "../../../node/core/merge/merge.ts";
import type { MergeConfig, Observed } from "../../../node/core/merge/rule.ts";
import { standOut } from "../../../node/core/merge/standOut.ts";
import { SEED } from "./configs.ts";
import { contributions, weightsOf } from "./support.ts";

/** What a merge of these updates tells. */
function observed(rows: number[][], config: MergeConfig, f = 1): Observed {
  const told: Observed[] = [];
  const base = weightsOf(rows[0]?.map(() => 0) ?? []);
  mergeModel(base, contributions(rows), config, { f, seed: SEED, watch: (it) => told.push(it) });
  assert.equal(told.length, 1);
  return told[0] as Observed;
}

const HONEST = [
  [10, 0, 0, 1],
  [10, 1, 0, 0],
  [10, 0, 1, 0],
  [10, 1, 1, 1],
];

describe("standOut: hints about updates", () => {
  it("finds nothing in updates of one kind, whatever the rule", () => {
    for (const config of [
      { rule: "mean" },
      { before: ["arc", "nearestNeighbourMixing"], rule: "trimmedMean", trim: 1 },
      { before: ["clipMedianNorm"], rule: "median" },
    ] as MergeConfig[]) {
      assert.deepEqual(standOut(observed(HONEST, config)), [], JSON.stringify(config));
    }
  });

  it("tells how far, how long, and to what it was clipped", () => {
    const rows = [...HONEST, [-40, 0, 0, 0]];
    const [found, ...others] = standOut(observed(rows, { before: ["arc"], rule: "median" }));
    assert.deepEqual(others, []);
    assert.equal(found?.index, 4);
    assert.equal(found.norm, 40);
    assert.ok(Math.abs(found.clipped - Math.sqrt(103) / 40) < 1e-12);
    // 50 and a little from each of the others, who are 1.4 to 1.7 from each other.
    assert.ok(found.times > 25 && found.times < 40, `${found.times}`);
    assert.equal(found.isDropped, false);
    assert.deepEqual(found.same, []);
  });

  it("tells both steps' clipping as one, and none of what is clipped after mixing", () => {
    const rows = [...HONEST, [-40, 0, 0, 0]];
    const both = observed(rows, { before: ["arc", "clipMedianNorm"], rule: "median" });
    assert.ok(Math.abs((both.clipped[4] as number) - Math.sqrt(101) / 40) < 1e-12);
    const after = observed(rows, { before: ["nearestNeighbourMixing", "clipMedianNorm"], rule: "median" });
    assert.deepEqual(after.clipped, [1, 1, 1, 1, 1]);
  });

  it("tells that multi-Krum left an update out that stands out, and of no other", () => {
    const rows = [...HONEST, [-40, 0, 0, 0]];
    assert.deepEqual(
      standOut(observed(rows, { rule: "multiKrum" })).map(({ index, isDropped }) => [index, isDropped]),
      [[4, true]],
    );
    const even = [...HONEST, [10, 0, 0, 0]];
    const seen = observed(even, { rule: "multiKrum" });
    assert.equal(seen.dropped.length, 1);
    assert.deepEqual(standOut(seen), []);
  });

  it("finds updates that are nearly the same, one thousandth of their length apart or not", () => {
    const rows = [...HONEST, [10.005, 0, 0, 1]];
    assert.deepEqual(
      standOut(observed(rows, { rule: "mean" })).map(({ index, same }) => [index, same]),
      [
        [0, [4]],
        [4, [0]],
      ],
    );
    assert.deepEqual(standOut(observed([...HONEST, [10.02, 0, 0, 1]], { rule: "mean" })), []);
  });

  it("does not divide by 0 where all others are the same, and says nothing of two", () => {
    const rows = [[1], [1], [1], [5]];
    const found = standOut(observed(rows, { rule: "mean" }));
    assert.equal(found.at(-1)?.times, Number.POSITIVE_INFINITY);
    assert.deepEqual(standOut(observed([[1], [50]], { rule: "mean" }, 0)), []);
    assert.deepEqual(standOut(observed([[3]], { rule: "mean" }, 0)), []);
  });
});
