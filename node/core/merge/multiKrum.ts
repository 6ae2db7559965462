import { lowest } from "./lowest.ts";
import type { MergeRule } from "./rule.ts";

/**
 * Multi-Krum (Blanchard et al., Machine Learning with Adversaries, NeurIPS 2017): the mean of the m = n - f vectors that are closest to others;
 * weights don't count. A vector's score is the sum of its n - f - 1 smallest squared distances to others, added in ascending order; the m lowest
 * scores are chosen, ties by order. Neighbours are counted as byzfl does (the paper has one less). merged = (sum of the chosen in order) / m.
 * Needs n >= 2f+3.
 */
export const multiKrum: MergeRule = {
  weighted: false,
  measures: true,
  resists: (n) => Math.max(0, Math.floor((n - 3) / 2)),
  requires(n, f) {
    return n >= 2 * f + 3
      ? undefined
      : `Multi-Krum needs at least ${2 * f + 3} contributions for f = ${f}; there are ${n}.`;
  },
  plan({ n, f, measures }) {
    const scores = Array.from({ length: n }, (_, i) => {
      const others = measures.distances.slice(i * n, (i + 1) * n).filter((_distance, j) => j !== i);
      return others
        .sort()
        .subarray(0, n - f - 1)
        .reduce((sum, distance) => sum + distance, 0);
    });
    const coefficients = new Float64Array(n);
    for (const i of lowest(scores, n - f)) coefficients[i] = 1;
    return { kind: "combine", coefficients, divisor: n - f };
  },
};
