import type { Measures } from "./measures.ts";
import type { MergeRule } from "./rule.ts";

/** Distances count as at least this much, so that a point that meets a vector does not divide by 0 (RFA's nu). */
export const NU = 1e-6;

/**
 * Smoothed geometric median by Weiszfeld's steps (Pillutla et al., Robust Aggregation for Federated Learning, IEEE TSP 2022); weights don't
 * count. The point starts at 0, as byzfl's does, and each step makes it a weighted mean of the vectors; only the weights w_i are computed,
 * from norms and distances, in float64:
 *
 * - step 1: w_i = 1 / max(NU, sqrt(N_i))
 * - every other step: t = w_0 + w_1 + ... in order; a_i = w_i / t; s_i = 0, then for j ascending plus a_j * D_ij; q = 0, then for i ascending
 *   plus a_i * s_i; w_i = 1 / max(NU, sqrt(s_i - q / 2)), the difference being 0 where it is below
 *
 * merged = (sum of w_i * value_i in order) / t of the last weights. Needs n >= 2f+1.
 * @param steps 1 or more
 */
export function geometricMedian(steps: number): MergeRule {
  return {
    weighted: false,
    measures: true,
    resists: (n) => Math.floor((n - 1) / 2),
    requires(n, f) {
      return n >= 2 * f + 1
        ? undefined
        : `The geometric median needs at least ${2 * f + 1} contributions for f = ${f}; there are ${n}.`;
    },
    plan({ measures }) {
      let weights = measures.norms.map(inverse);
      for (let step = 1; step < steps; step++) weights = squaredDistances(weights, measures).map(inverse);
      return { kind: "combine", coefficients: weights, divisor: sum(weights) };
    },
  };
}

/** From the weighted mean of all vectors to each of them. */
function squaredDistances(weights: Float64Array, { distances }: Measures): Float64Array {
  const n = weights.length;
  const total = sum(weights);
  const shares = weights.map((weight) => weight / total);
  const means = shares.map((_, i) => {
    let mean = 0;
    for (let j = 0; j < n; j++) mean += (shares[j] as number) * (distances[i * n + j] as number);
    return mean;
  });
  let spread = 0;
  for (let i = 0; i < n; i++) spread += (shares[i] as number) * (means[i] as number);
  return means.map((mean) => Math.max(0, mean - spread / 2));
}

const inverse = (squared: number): number => 1 / Math.max(NU, Math.sqrt(squared));
const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
