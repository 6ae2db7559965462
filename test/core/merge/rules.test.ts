import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { mergeBlocks, mergeModel } from "../../../node/core/merge/merge.ts";
import type { MergeConfig } from "../../../node/core/merge/rule.ts";
import { bitsOf } from "../codec/arbitraries.ts";
import { float32, oracle } from "./oracle.ts";
import { code, contributions, weightsOf } from "./support.ts";

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
        const merge = () =>
          mergeModel(
            weightsOf([base]),
            contributions(
              deltas.map((d) => [d]),
              weights,
            ),
            config,
          ).values[0];
        if (expected === undefined) assert.throws(merge, code("MERGE_NOT_FINITE"));
        else assert.ok(Object.is(merge(), expected), `${merge()} instead of ${expected}`);
      }),
      { numRuns: 1500 },
    );
  });

  it("agrees with numpy", () => {
    type Case = {
      weights: number[];
      base: number[];
      deltas: number[][];
      mean: number[];
      median: number[];
      trimmedMean: Record<string, number[]>;
    };
    const recorded: Case[] = JSON.parse(readFileSync(new URL("fixtures/reference.json", import.meta.url), "utf8"));
    const floats = (bits: number[]) => new Float32Array(Uint32Array.from(bits).buffer);
    let compared = 0;
    for (const { weights, base, deltas, ...results } of recorded) {
      const check = (config: MergeConfig, bits: number[]) => {
        // numpy writes infinity where we refuse; such elements are left out, one by one.
        const at = [...floats(bits).keys()].filter((i) => Number.isFinite(floats(bits)[i]));
        const pick = (values: Float32Array) => at.map((i) => values[i] as number);
        const merged = mergeModel(
          weightsOf(pick(floats(base))),
          contributions(
            deltas.map((d) => pick(floats(d))),
            weights,
          ),
          config,
        );
        assert.deepEqual(
          bitsOf(merged.values),
          bitsOf(Float32Array.from(pick(floats(bits)))),
          `${config.rule}, n = ${deltas.length}`,
        );
        compared += at.length;
      };
      check({ rule: "mean" }, results.mean);
      check({ rule: "median" }, results.median);
      for (const [trim, bits] of Object.entries(results.trimmedMean))
        check({ rule: "trimmedMean", trim: Number(trim) }, bits);
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
        const one = contributions(
          rows.map((row) => [row[i] as number]),
          [5, 4, 3, 2, 1],
        );
        return mergeModel(weightsOf([base.values[i] as number]), one, config).values[0] as number;
      });
      assert.deepEqual(bitsOf(whole.values), bitsOf(Float32Array.from(single)));
      for (const blockElements of [7, 1024, 4096]) {
        const streamed = contributions(rows, [5, 4, 3, 2, 1]).map(({ member, weight, delta }) => {
          return {
            member,
            weight,
            read: async (start: number, count: number) => delta.values.subarray(start, start + count),
          };
        });
        const merged = await mergeBlocks(base, streamed, config, undefined, { blockElements });
        assert.deepEqual(bitsOf(merged.values), bitsOf(whole.values));
      }
    }
  });

  it("never gives -0 and changes neither base nor deltas", () => {
    const base = weightsOf([-0, 1, -1]);
    const given = contributions([
      [-0, -1, 1],
      [-0, -1, 1],
    ]);
    for (const config of [{ rule: "mean" }, { rule: "median" }, { rule: "trimmedMean", trim: 0 }] as const) {
      assert.deepEqual([...mergeModel(base, given, config).values], [0, 0, 0]);
    }
    assert.deepEqual([...base.values], [-0, 1, -1]);
    assert.deepEqual([...(given[0]?.delta.values ?? [])], [-0, -1, 1]);
  });
});
