import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SwarmError } from "../../../node/core/errors.ts";
import { type Contribution, mergeBlocks, mergeModel } from "../../../node/core/merge/merge.ts";
import type { MergeConfig } from "../../../node/core/merge/rule.ts";
import { ruleOf } from "../../../node/core/merge/rules.ts";
import type { Weights } from "../../../node/core/weights.ts";
import { bitsOf } from "../codec/arbitraries.ts";
import { float32, oracle } from "./oracle.ts";

const code = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof SwarmError, String(error));
  assert.equal(error.code, expected, error.message);
  return true;
};

const weightsOf = (values: ArrayLike<number>): Weights => {
  return { specs: [{ name: "v", shape: [values.length] }], values: Float32Array.from(values) };
};
const contributions = (rows: ArrayLike<number>[], weights = rows.map(() => 1)): Contribution[] =>
  rows.map((row, member) => ({ member, weight: weights[member] as number, delta: weightsOf(row) }));

const configFor = (n: number): fc.Arbitrary<MergeConfig> =>
  fc.oneof(
    fc.constantFrom<MergeConfig>({ rule: "mean" }, { rule: "median" }),
    fc.nat({ max: Math.floor((n - 1) / 2) }).map((trim): MergeConfig => ({ rule: "trimmedMean", trim })),
  );

const cases = fc.integer({ min: 1, max: 9 }).chain((n) =>
  fc.record({
    base: float32,
    deltas: fc.array(float32, { minLength: n, maxLength: n }),
    weights: fc.array(fc.integer({ min: 1, max: 2 ** 32 - 1 }), { minLength: n, maxLength: n }),
    config: configFor(n),
  }),
);

describe("merge: every bit as defined", () => {
  it("agrees with exact fractions rounded by hand, or refuses what exceeds float32", () => {
    fc.assert(
      fc.property(cases, ({ base, deltas, weights, config }) => {
        const expected = oracle(base, deltas, weights, config);
        const merge = () => mergeModel(weightsOf([base]), contributions(deltas.map((d) => [d]), weights), config).values[0];
        if (expected === undefined) assert.throws(merge, code("MERGE_NOT_FINITE"));
        else assert.ok(Object.is(merge(), expected), `${merge()} instead of ${expected}`);
      }),
      { numRuns: 1500 },
    );
  });

  it("agrees with numpy", () => {
    type Case = { weights: number[]; base: number[]; deltas: number[][]; mean: number[]; median: number[]; trimmedMean: Record<string, number[]> };
    const recorded: Case[] = JSON.parse(readFileSync(new URL("fixtures/reference.json", import.meta.url), "utf8"));
    const floats = (bits: number[]) => new Float32Array(Uint32Array.from(bits).buffer);
    let compared = 0;
    for (const { weights, base, deltas, ...results } of recorded) {
      const check = (config: MergeConfig, bits: number[]) => {
        // numpy writes infinity where we refuse; such elements are left out, one by one.
        const at = [...floats(bits).keys()].filter((i) => Number.isFinite(floats(bits)[i]));
        const pick = (values: Float32Array) => at.map((i) => values[i] as number);
        const merged = mergeModel(weightsOf(pick(floats(base))), contributions(deltas.map((d) => pick(floats(d))), weights), config);
        assert.deepEqual(bitsOf(merged.values), bitsOf(Float32Array.from(pick(floats(bits)))), `${config.rule}, n = ${deltas.length}`);
        compared += at.length;
      };
      check({ rule: "mean" }, results.mean);
      check({ rule: "median" }, results.median);
      for (const [trim, bits] of Object.entries(results.trimmedMean)) check({ rule: "trimmedMean", trim: Number(trim) }, bits);
    }
    assert.ok(compared > 1000);
  });

  it("gives the same bits block by block as element by element, whatever the blocks", async () => {
    const length = 2500;
    const random = fc.sample(float32, { numRuns: 6 * length, seed: 3 }).map((value) => value * 0.1);
    const rows = [1, 2, 3, 4, 5].map((j) => random.slice(j * length, (j + 1) * length));
    const base = weightsOf(random.slice(0, length));
    for (const config of [{ rule: "mean" }, { rule: "median" }, { rule: "trimmedMean", trim: 1 }] as const) {
      const whole = mergeModel(base, contributions(rows, [5, 4, 3, 2, 1]), config);
      const single = Array.from({ length }, (_, i) => {
        const one = contributions(rows.map((row) => [row[i] as number]), [5, 4, 3, 2, 1]);
        return mergeModel(weightsOf([base.values[i] as number]), one, config).values[0] as number;
      });
      assert.deepEqual(bitsOf(whole.values), bitsOf(Float32Array.from(single)));
      for (const blockElements of [7, 1024, 4096]) {
        const streamed = contributions(rows, [5, 4, 3, 2, 1]).map(({ member, weight, delta }) => {
          return { member, weight, read: async (start: number, count: number) => delta.values.subarray(start, start + count) };
        });
        const merged = await mergeBlocks(base, streamed, config, blockElements);
        assert.deepEqual(bitsOf(merged.values), bitsOf(whole.values));
      }
    }
  });

  it("never gives -0 and changes neither base nor deltas", () => {
    const base = weightsOf([-0, 1, -1]);
    const given = contributions([[-0, -1, 1], [-0, -1, 1]]);
    for (const config of [{ rule: "mean" }, { rule: "median" }, { rule: "trimmedMean", trim: 0 }] as const) {
      assert.deepEqual([...mergeModel(base, given, config).values], [0, 0, 0]);
    }
    assert.deepEqual([...base.values], [-0, 1, -1]);
    assert.deepEqual([...(given[0]?.delta.values ?? [])], [-0, -1, 1]);
  });
});

describe("merge: what robust rules promise", () => {
  it("with f arbitrary contributions every element stays within the range of the honest ones", () => {
    const scenario = fc.integer({ min: 0, max: 3 }).chain((f) =>
      fc.record({
        f: fc.constant(f),
        honest: fc.array(fc.float({ noNaN: true, min: -2, max: 2 }), { minLength: f + 1, maxLength: f + 4 }),
        faulty: fc.array(float32, { minLength: f, maxLength: f }),
        front: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(scenario, ({ f, honest, faulty, front }) => {
        const rows = (front ? [...faulty, ...honest] : [...honest, ...faulty]).map((value) => [value]);
        for (const config of [{ rule: "median" }, { rule: "trimmedMean", trim: f }] as const) {
          assert.equal(ruleOf(config).requires(rows.length, f), undefined);
          assert.ok(ruleOf(config).resists(rows.length) >= f);
          const value = mergeModel(weightsOf([0]), contributions(rows), config).values[0] as number;
          assert.ok(value >= Math.min(...honest) && value <= Math.max(...honest), `${config.rule} gave ${value}`);
        }
      }),
    );
  });

  it("each rule says what it needs", () => {
    assert.equal(ruleOf({ rule: "mean" }).requires(1, 0), undefined);
    assert.match(ruleOf({ rule: "mean" }).requires(0, 0) ?? "", /at least 1/);
    assert.equal(ruleOf({ rule: "median" }).requires(5, 2), undefined);
    assert.match(ruleOf({ rule: "median" }).requires(4, 2) ?? "", /at least 5/);
    assert.equal(ruleOf({ rule: "trimmedMean", trim: 2 }).requires(5, 2), undefined);
    assert.match(ruleOf({ rule: "trimmedMean", trim: 2 }).requires(4, 2) ?? "", /at least 5/);
    assert.match(ruleOf({ rule: "trimmedMean", trim: 1 }).requires(9, 2) ?? "", /trim at least 2/);
    assert.equal(ruleOf({ rule: "mean" }).resists(100), 0);
    assert.deepEqual([1, 2, 3, 4].map((n) => ruleOf({ rule: "median" }).resists(n)), [0, 0, 1, 1]);
  });
});

describe("merge: refuses", () => {
  const base = weightsOf([1, 2]);
  const good = contributions([[1, 1], [2, 2], [3, 3]]);
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
    ["NaN", "MERGE_NOT_FINITE", contributions([[1, NaN], [1, 1], [1, 1]]), { rule: "median" }],
    ["infinity that trimming would hide", "MERGE_NOT_FINITE", contributions([[1, Infinity], [1, 1], [1, 1]]), { rule: "trimmedMean", trim: 1 }],
    ["a result above float32", "MERGE_NOT_FINITE", contributions([[3.4028234663852886e38, 3.4028234663852886e38]]), { rule: "mean" }],
    ["a trim for the mean", "MERGE_CONFIG", good, { rule: "mean", trim: 1 }],
    ["no trim for the trimmed mean", "MERGE_CONFIG", good, { rule: "trimmedMean" }],
    ["an unknown rule", "MERGE_CONFIG", good, { rule: "krum" } as unknown as MergeConfig],
  ];
  for (const [title, expected, given, config] of refused) {
    const large = weightsOf([1e38, 2e38]);
    it(`${expected}: ${title}`, () => assert.throws(() => mergeModel(expected === "MERGE_NOT_FINITE" ? large : base, given, config), code(expected)));
  }
  it("MERGE_INPUT: a reader that gives another number of values", async () => {
    const reader = { member: 0, weight: 1, read: () => new Float32Array(1) };
    await assert.rejects(mergeBlocks(base, [reader], { rule: "mean" }), code("MERGE_INPUT"));
  });
  it("names tensor and element of a value that is not finite", () => {
    const specs = [{ name: "a", shape: [2] }, { name: "b", shape: [2, 2] }];
    const delta = { specs, values: Float32Array.of(0, 0, 0, 0, 0, NaN) };
    assert.throws(
      () => mergeModel({ specs, values: new Float32Array(6) }, [{ member: 4, weight: 1, delta }], { rule: "mean" }),
      (error) => error instanceof SwarmError && error.data.tensor === "b" && error.data.element === 3 && /member 4/.test(error.message),
    );
  });
});
