import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defaultMerge } from "../../../node/core/merge/defaultMerge.ts";
import { lackOf } from "../../../node/core/merge/lack.ts";
import { mergeModel } from "../../../node/core/merge/merge.ts";
import type { MergeConfig } from "../../../node/core/merge/rule.ts";
import { createPrng } from "../../../node/core/prng.ts";
import { configName, SEED } from "./configs.ts";
import { contributions, weightsOf } from "./support.ts";

const F = 3;
const HONEST = 10;
const LENGTH = 60;
/** Distance from the mean of the honest updates, in multiples of the farthest honest one's, that f liars may cause. */
const BOUND = 1.5;

type Vector = number[];
const minus = (a: Vector, b: Vector): Vector => a.map((value, i) => value - (b[i] as number));
const length = (a: Vector): number => Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));
const column = (rows: Vector[], i: number): number[] => rows.map((row) => row[i] as number);
const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function honest(seed: number): Vector[] {
  const prng = createPrng(seed);
  const common = Array.from({ length: LENGTH }, () => prng.float() - 0.5);
  return Array.from({ length: HONEST }, () => common.map((value) => Math.fround(value + 0.8 * (prng.float() - 0.5))));
}

/** What the literature's liars send, who know the honest updates. */
const attacks: Record<string, (rows: Vector[], i: number) => Vector> = {
  "the opposite, ten times": (rows) => rows[0]?.map((_, i) => -10 * mean(column(rows, i))) as Vector,
  "a million everywhere": () => Array.from({ length: LENGTH }, () => 1e6),
  "three ways off at once": (rows, liar) => rows[liar]?.map((value, i) => (i % 3 === liar ? 1e3 : value)) as Vector,
  "a little is enough": (rows) =>
    rows[0]?.map((_, i) => {
      const values = column(rows, i);
      return mean(values) - 1.5 * Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
    }) as Vector,
  "the opposite, by half": (rows) => rows[0]?.map((_, i) => -0.5 * mean(column(rows, i))) as Vector,
  "one honest update, copied": (rows) => rows[4] as Vector,
  nothing: () => Array.from({ length: LENGTH }, () => 0),
};

/** The largest displacement that an attack causes, liars before or behind the honest ones in the list. */
function worst(config: MergeConfig): { attack: string; times: number } {
  let found = { attack: "none", times: 0 };
  for (const [attack, liar] of Object.entries(attacks)) {
    for (const seed of [1, 2, 3]) {
      const rows = honest(seed);
      const liars = Array.from({ length: F }, (_, i) => liar(rows, i));
      const center = (rows[0] as Vector).map((_, i) => mean(column(rows, i)));
      const farthest = Math.max(...rows.map((row) => length(minus(row, center))));
      for (const all of [
        [...liars, ...rows],
        [...rows, ...liars],
      ]) {
        const base = weightsOf(new Float32Array(LENGTH));
        const { values } = mergeModel(base, contributions(all), config, { f: F, seed: SEED });
        const times = length(minus([...values], center)) / farthest;
        if (times > found.times) found = { attack, times };
      }
    }
  }
  return found;
}

describe("merge: liars who know what the others send", () => {
  const robust: MergeConfig[] = [
    { rule: "median" },
    { rule: "trimmedMean", trim: F },
    { rule: "geometricMedian", steps: 32 },
    { rule: "multiKrum" },
    defaultMerge(F),
    { before: ["nearestNeighbourMixing"], rule: "median" },
    { before: ["clipMedianNorm", "nearestNeighbourMixing"], rule: "geometricMedian", steps: 32 },
    { before: ["arc"], rule: "multiKrum" },
    { before: [{ step: "bucketing", size: 2 }], rule: "median" },
  ];
  for (const config of robust) {
    it(`${configName(config)}: ${F} of ${F + HONEST} move it less than ${BOUND} times as far as the farthest honest one is`, () => {
      assert.equal(lackOf(config, F + HONEST, F), undefined);
      const { attack, times } = worst(config);
      assert.ok(times < BOUND, `${attack}: ${times}`);
    });
  }

  it("the mean follows them anywhere, and clipped it stays as short as honest updates are", () => {
    assert.ok(worst({ rule: "mean" }).times > 1e5);
    for (const step of ["arc", "clipMedianNorm"] as const) {
      const rows = honest(4);
      const liars = Array.from({ length: F }, () => Array.from({ length: LENGTH }, () => 1e6));
      const given = contributions([...liars, ...rows]);
      const config: MergeConfig = { before: [step], rule: "mean" };
      const { values } = mergeModel(weightsOf(new Float32Array(LENGTH)), given, config, { f: F, seed: SEED });
      assert.ok(length([...values]) <= Math.max(...rows.map(length)));
    }
  });

  it("a cap keeps one contributor's weight from deciding", () => {
    const given = contributions([[1000], [1], [1], [1]], [2 ** 32 - 1, 1, 1, 1]);
    const merged = (cap?: number) => mergeModel(weightsOf([0]), given, { rule: "mean", cap }).values[0] as number;
    assert.ok(merged() > 999);
    assert.equal(merged(0.25), Math.fround((1000 + 3) / 4));
  });
});
