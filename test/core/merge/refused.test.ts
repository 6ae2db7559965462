import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SwarmError } from "../../../node/core/errors.ts";
import { type Contribution, mergeBlocks, mergeModel } from "../../../node/core/merge/merge.ts";
import type { MergeConfig } from "../../../node/core/merge/rule.ts";
import { code, contributions, weightsOf } from "./support.ts";

describe("merge: refuses", () => {
  const base = weightsOf([1, 2]);
  const good = contributions([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  it("accepts the input that the others are one change away from", () => {
    assert.deepEqual([...mergeModel(base, good, { rule: "mean" }).values], [3, 4]);
  });
  const refused: [title: string, code: string, given: Contribution[], config: MergeConfig][] = [
    ["no contribution", "MERGE_TOO_FEW", [], { rule: "mean" }],
    ["fewer than trimming leaves", "MERGE_TOO_FEW", good, { rule: "trimmedMean", trim: 2 }],
    ["another order of members", "MERGE_INPUT", good.toReversed(), { rule: "mean" }],
    ["a member twice", "MERGE_INPUT", [good[0], good[0]] as Contribution[], { rule: "median" }],
    ["a weight of 0", "MERGE_INPUT", contributions([[1, 1]], [0]), { rule: "mean" }],
    ["a weight that is no integer", "MERGE_INPUT", contributions([[1, 1]], [1.5]), { rule: "median" }],
    ["other tensors", "MERGE_INPUT", contributions([[1, 1, 1]]), { rule: "mean" }],
    [
      "NaN",
      "MERGE_NOT_FINITE",
      contributions([
        [1, NaN],
        [1, 1],
        [1, 1],
      ]),
      { rule: "median" },
    ],
    [
      "infinity that trimming would hide",
      "MERGE_NOT_FINITE",
      contributions([
        [1, Infinity],
        [1, 1],
        [1, 1],
      ]),
      { rule: "trimmedMean", trim: 1 },
    ],
    [
      "a result above float32",
      "MERGE_NOT_FINITE",
      contributions([[3.4028234663852886e38, 3.4028234663852886e38]]),
      { rule: "mean" },
    ],
    ["a trim for the mean", "MERGE_CONFIG", good, { rule: "mean", trim: 1 }],
    ["no trim for the trimmed mean", "MERGE_CONFIG", good, { rule: "trimmedMean" }],
    ["an unknown rule", "MERGE_CONFIG", good, { rule: "krum" } as unknown as MergeConfig],
  ];
  for (const [title, expected, given, config] of refused) {
    const large = weightsOf([1e38, 2e38]);
    it(`${expected}: ${title}`, () =>
      assert.throws(() => mergeModel(expected === "MERGE_NOT_FINITE" ? large : base, given, config), code(expected)));
  }
  it("MERGE_INPUT: a reader that gives another number of values", async () => {
    const reader = { member: 0, weight: 1, read: () => new Float32Array(1) };
    await assert.rejects(mergeBlocks(base, [reader], { rule: "mean" }), code("MERGE_INPUT"));
  });
  it("names tensor and element of a value that is not finite", () => {
    const specs = [
      { name: "a", shape: [2] },
      { name: "b", shape: [2, 2] },
    ];
    const delta = { specs, values: Float32Array.of(0, 0, 0, 0, 0, NaN) };
    assert.throws(
      () => mergeModel({ specs, values: new Float32Array(6) }, [{ member: 4, weight: 1, delta }], { rule: "mean" }),
      (error) =>
        error instanceof SwarmError &&
        error.data.tensor === "b" &&
        error.data.element === 3 &&
        /member 4/.test(error.message),
    );
  });
});
