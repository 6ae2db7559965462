import type { MergeConfig, MergeContext, StepConfig } from "../../../node/core/merge/rule.ts";
import { createPrng } from "../../../node/core/prng.ts";

export const SEED: MergeContext["seed"] = `0x${"a7".repeat(32)}`;

const BUCKETS: StepConfig = { step: "bucketing", size: 2 };

/** Every rule alone, every step alone before a rule that follows it closely, and compositions; all go with n = 12 and f = 2. */
export const CONFIGS: readonly MergeConfig[] = [
  { rule: "mean" },
  { rule: "mean", cap: 0.125 },
  { rule: "median" },
  { rule: "trimmedMean", trim: 2 },
  { rule: "geometricMedian", steps: 1 },
  { rule: "geometricMedian", steps: 32 },
  { rule: "multiKrum" },
  { before: ["clipMedianNorm"], rule: "mean" },
  { before: ["arc"], rule: "mean" },
  { before: ["arc"], rule: "mean", cap: 0.1 },
  { before: ["arc"], rule: "median" },
  { before: ["nearestNeighbourMixing"], rule: "mean" },
  { before: ["nearestNeighbourMixing"], rule: "trimmedMean", trim: 2 },
  { before: [BUCKETS], rule: "median" },
  { before: [BUCKETS], rule: "mean" },
  { before: ["arc", "nearestNeighbourMixing"], rule: "trimmedMean", trim: 2 },
  { before: ["arc", "nearestNeighbourMixing"], rule: "multiKrum" },
  { before: ["clipMedianNorm", "nearestNeighbourMixing"], rule: "geometricMedian", steps: 32 },
  { before: [BUCKETS, "arc", "nearestNeighbourMixing"], rule: "trimmedMean", trim: 2 },
  { before: ["nearestNeighbourMixing", "arc", BUCKETS], rule: "geometricMedian", steps: 8 },
  { before: [BUCKETS, "clipMedianNorm"], rule: "median" },
];

export const configName = (config: MergeConfig): string => JSON.stringify(config);

/**
 * Updates that a swarm might have: a common direction and noise of their own, of different lengths; the first two three times as long and
 * the other way. @param length values of each
 */
export function honestAndLiars(seed: number, n: number, length: number, liars = 2): number[][] {
  const prng = createPrng(seed);
  const common = Array.from({ length }, () => prng.float() - 0.5);
  return Array.from({ length: n }, (_, j) => {
    const scale = (j < liars ? -3 : 0.5) + prng.float();
    return common.map((value) => Math.fround(scale * value + 0.5 * (prng.float() - 0.5)));
  });
}

/** Updates with all that is awkward: signed zeros, denormals, the largest and the smallest values, equal ones and copies of each other. */
export function awkward(seed: number, n: number, length: number): number[][] {
  const prng = createPrng(seed);
  const special = [0, -0, 2 ** -149, -(2 ** -149), 2 ** -126, 1, -1, Math.fround(1e30), -Math.fround(1e30)];
  const value = (): number => {
    const kind = prng.float();
    if (kind < 0.3) return special[Math.floor(prng.float() * special.length)] as number;
    return Math.fround((prng.float() - 0.5) * 10 ** Math.floor(prng.float() * 60 - 40));
  };
  const rows = Array.from({ length: n }, () => Array.from({ length }, value));
  if (n > 3) rows[n - 1] = rows[1]?.slice() as number[];
  if (n > 4) rows[2] = Array.from({ length }, () => 0);
  return rows;
}
