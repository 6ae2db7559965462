import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SwarmError } from "../../../node/core/errors.ts";
import { type Contribution, mergeBlocks, mergeModel } from "../../../node/core/merge/merge.ts";
import { lackOf } from "../../../node/core/merge/lack.ts";
import type { MergeConfig, StepConfig } from "../../../node/core/merge/rule.ts";
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
    ["no steps for the geometric median", "MERGE_CONFIG", good, { rule: "geometricMedian" }],
    ["half a step", "MERGE_CONFIG", good, { rule: "geometricMedian", steps: 0.5 }],
    ["a cap for the median", "MERGE_CONFIG", good, { rule: "median", cap: 0.5 }],
    ["a cap finer than thousandths", "MERGE_CONFIG", good, { rule: "mean", cap: 0.5005 }],
    ["a cap that so few cannot keep", "MERGE_TOO_FEW", good, { rule: "mean", cap: 0.2 }],
    ["multi-Krum without f", "MERGE_CONFIG", good, { rule: "multiKrum" }],
    ["a step without f", "MERGE_CONFIG", good, { before: ["arc"], rule: "mean" }],
    ["an unknown step", "MERGE_CONFIG", good, { before: ["clip"], rule: "mean" } as unknown as MergeConfig],
    [
      "a step by its built-in name",
      "MERGE_CONFIG",
      good,
      { before: ["toString"], rule: "mean" } as unknown as MergeConfig,
    ],
    ["buckets of one", "MERGE_CONFIG", good, { before: [{ step: "bucketing", size: 1 }], rule: "mean" }],
    ["a step twice", "MERGE_CONFIG", good, { before: ["arc", "arc"], rule: "mean" }],
    ["an unknown rule", "MERGE_CONFIG", good, { rule: "krum" } as unknown as MergeConfig],
  ];
  for (const [title, expected, given, config] of refused) {
    const large = weightsOf([1e38, 2e38]);
    it(`${expected}: ${title}`, () =>
      assert.throws(() => mergeModel(expected === "MERGE_NOT_FINITE" ? large : base, given, config), code(expected)));
  }
  it("asks each step and the rule for what it needs of as many vectors as reach it", () => {
    const bucketing: StepConfig = { step: "bucketing", size: 2 };
    const least: [MergeConfig, f: number, n: number, path: (string | number)[], message: RegExp][] = [
      [{ rule: "multiKrum" }, 0, 3, ["rule"], /Multi-Krum needs at least 3 contributions for f = 0; there are 2/],
      [{ rule: "multiKrum" }, 2, 7, ["rule"], /needs at least 7 contributions for f = 2; there are 6/],
      [{ rule: "geometricMedian", steps: 1 }, 2, 5, ["rule"], /geometric median needs at least 5/],
      [{ before: ["arc"], rule: "mean" }, 2, 5, ["before", 0], /Adaptive robust clipping needs at least 5/],
      [{ before: ["clipMedianNorm"], rule: "mean" }, 1, 3, ["before", 0], /Clipping to the median of the norms needs/],
      [{ before: ["nearestNeighbourMixing"], rule: "mean" }, 1, 3, ["before", 0], /mixing needs at least 3/],
      [{ before: [bucketing], rule: "median" }, 1, 5, ["rule"], /at least 3 .* there are 2\. bucketing makes 2 of 4\./],
      [{ before: [bucketing, "arc"], rule: "mean" }, 1, 5, ["before", 1], /there are 2\. bucketing makes 2 of 4\./],
      [{ before: [bucketing], rule: "multiKrum" }, 1, 9, ["rule"], /needs at least 5 .* bucketing makes 4 of 8/],
      [{ before: ["arc", bucketing], rule: "trimmedMean", trim: 2 }, 2, 9, ["rule"], /trimmed by 2 needs at least 5/],
      [{ rule: "mean", cap: 0.3 }, 0, 4, ["rule"], /no share above 0\.3 needs at least 4/],
    ];
    for (const [config, f, n, path, message] of least) {
      for (let more = n; more < n + 40; more++)
        assert.equal(lackOf(config, more, f), undefined, JSON.stringify(config));
      const lack = lackOf(config, n - 1, f);
      assert.deepEqual(lack?.path, path);
      assert.match(lack.message, message);
    }
    assert.deepEqual(lackOf({ before: ["arc", "arc"], rule: "mean" }, 9, 1)?.path, ["before", 1]);
    assert.deepEqual(lackOf({ before: [bucketing], rule: "mean", cap: 0.5 }, 9, 1)?.path, ["cap"]);
  });
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
