import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BLOCK } from "../../../node/core/merge/kernels.ts";
import { mergeBlocks, mergeModel } from "../../../node/core/merge/merge.ts";
import { bitsOf } from "../codec/arbitraries.ts";
import { awkward, CONFIGS, configName, honestAndLiars, SEED } from "./configs.ts";
import { naiveMerge } from "./naive.ts";
import { contributions, weightsOf } from "./support.ts";

const GIVEN = { f: 2, seed: SEED };
/** Some blocks and a part of one. */
const LENGTH = 4 * BLOCK + 452;
const weightsFor = (n: number) => Array.from({ length: n }, (_, j) => ((j * 37) % 100) + 1);

describe("merge: rules with steps before them", () => {
  for (const config of CONFIGS) {
    it(`${configName(config)} is what the papers say, computed on whole vectors`, () => {
      for (let seed = 1; seed <= 12; seed++) {
        const n = 12 + (seed % 4);
        const rows = honestAndLiars(seed, n, 3 + seed * 7);
        const weights = weightsFor(n);
        const { values } = mergeModel(
          weightsOf(rows[0]?.map(() => 0) ?? []),
          contributions(rows, weights),
          config,
          GIVEN,
        );
        const expected = naiveMerge(rows, weights, config, GIVEN);
        for (const [i, value] of expected.entries()) {
          const difference = Math.abs((values[i] as number) - value);
          assert.ok(
            difference <= 1e-6 * Math.max(0.1, Math.abs(value)),
            `seed ${seed}, element ${i}: ${values[i]}, ${value}`,
          );
        }
      }
    });

    it(`${configName(config)} gives the same bits streamed as in memory, watched as not, and again`, async () => {
      const rows = [...awkward(5, 7, LENGTH), ...honestAndLiars(5, 6, LENGTH)];
      const base = weightsOf(rows[3] as number[]);
      const given = contributions(rows, weightsFor(13));
      const whole = bitsOf(mergeModel(base, given, config, GIVEN).values);
      let watched = 0;
      const watching = { ...GIVEN, watch: () => void watched++ };
      assert.deepEqual(bitsOf(mergeModel(base, given, config, watching).values), whole);
      assert.equal(watched, 1);
      for (const blockElements of [7, 2 * BLOCK, 8 * BLOCK]) {
        const readers = given.map(({ member, weight, delta }) => ({
          member,
          weight,
          read: async (start: number, count: number) => delta.values.subarray(start, start + count),
        }));
        const merged = await mergeBlocks(base, readers, config, GIVEN, { blockElements });
        assert.deepEqual(bitsOf(merged.values), whole);
      }
    });

    it(`${configName(config)} leaves no -0, and merges equal updates into that update`, () => {
      const one = [-0, 0.375, -2, 0, 1024];
      const rows = Array.from({ length: 12 }, () => one);
      const { values } = mergeModel(weightsOf([-0, 0, 0, -0, 0]), contributions(rows), config, GIVEN);
      for (const [i, value] of values.entries()) {
        assert.ok(!Object.is(value, -0));
        assert.ok(Math.abs(value - (one[i] as number)) <= 1e-6 * Math.abs(one[i] as number), `${value} at ${i}`);
      }
    });
  }

  it("does not depend on members' order, but for bucketing's draw and the last digit", () => {
    const rows = honestAndLiars(9, 13, 40);
    const reversed = rows.toReversed();
    for (const config of CONFIGS.filter(({ before = [] }) => before.every((step) => typeof step === "string"))) {
      const base = weightsOf(rows[0]?.map(() => 0) ?? []);
      const there = mergeModel(base, contributions(rows), config, GIVEN).values;
      const back = mergeModel(base, contributions(reversed), config, GIVEN).values;
      there.forEach((value, i) => assert.ok(Math.abs(value - (back[i] as number)) <= 1e-6, configName(config)));
    }
  });

  it("draws other buckets by another seed, and the same ones by the same seed wherever it runs", () => {
    const rows = Array.from({ length: 12 }, (_, j) => [2 ** j]);
    const buckets = (seed: typeof SEED) =>
      mergeModel(
        weightsOf([0]),
        contributions(rows),
        { before: [{ step: "bucketing", size: 2 }], rule: "median" },
        { f: 0, seed },
      ).values[0];
    const draws = Array.from({ length: 16 }, (_, i) => buckets(`0x${i.toString(16).repeat(64)}`));
    assert.ok(new Set(draws).size > 8, `${draws}`);
    assert.equal(buckets(SEED), buckets(SEED));
  });

  it("breaks ties by member order", () => {
    // Member 3 has the lowest score, the others have equal ones: three of them are chosen beside it.
    const rows = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0, 0, 0],
      [-1, 0, 0],
    ];
    const krum = mergeModel(weightsOf([0, 0, 0]), contributions(rows), { rule: "multiKrum" }, { f: 1, seed: SEED });
    assert.deepEqual([...krum.values], [1 / 4, 1 / 4, 1 / 4]);
    // The fourth nearest to 0 may be 3 or -3: all means are 3/4 or -3/4, and this one decides of which there are three.
    const means = (values: number[]) =>
      mergeModel(
        weightsOf([0]),
        contributions(values.map((value) => [value])),
        { before: ["nearestNeighbourMixing"], rule: "mean" },
        { f: 1, seed: SEED },
      ).values[0];
    assert.equal(means([0, 1, -1, 3, -3]), Math.fround(0.15));
    assert.equal(means([0, 1, -1, -3, 3]), Math.fround(-0.15));
  });
});
