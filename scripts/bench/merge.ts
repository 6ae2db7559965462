import { mergeModel } from "../../node/core/merge/merge.ts";
import { createPrng } from "../../node/core/prng.ts";
import type { Weights } from "../../node/core/weights.ts";
import { quantiles, type Quantiles } from "./quantiles.ts";

export interface MergeFigures {
  rule: string;
  updates: number;
  /** Of each update. */
  megabytes: number;
  /** Megabytes of updates merged in a second. */
  mbPerSecond: Quantiles;
}

const ELEMENTS = 2_000_000;
const RUNS = 5;

/** The merge rules on random updates in memory, after one run to warm up. */
export function benchMerges(): MergeFigures[] {
  const specs = [{ name: "w", shape: [ELEMENTS] }];
  const prng = createPrng(1);
  const random = (): Weights => ({ specs, values: Float32Array.from({ length: ELEMENTS }, () => prng.float() - 0.5) });
  const base = random();
  const deltas = Array.from({ length: 16 }, random);
  const megabytes = (ELEMENTS * 4) / 1e6;
  const cases = [
    { rule: "mean", updates: 4 },
    { rule: "mean", updates: 16 },
    { rule: "median", updates: 8 },
    { rule: "trimmedMean", trim: 2, updates: 8 },
  ] as const;
  return cases.map(({ updates, ...config }) => {
    const contributions = deltas.slice(0, updates).map((delta, member) => ({ member, weight: member + 1, delta }));
    const run = (): number => {
      const start = performance.now();
      mergeModel(base, contributions, config);
      return (megabytes * updates * 1000) / (performance.now() - start);
    };
    run();
    return { rule: config.rule, updates, megabytes, mbPerSecond: quantiles(Array.from({ length: RUNS }, run)) };
  });
}
