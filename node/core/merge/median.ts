import type { MergeRule } from "./rule.ts";

/**
 * Coordinate-wise median; weights don't count. Order of operations per element: sort the n values ascending; for odd n merged is the
 * middle one, for even n (lower + upper) / 2 of the two in the middle, in float64.
 * Needs n >= 2f+1 and resists floor((n-1)/2) (Yin et al., Byzantine-Robust Distributed Learning, ICML 2018, definition 1).
 */
export const median: MergeRule = {
  weighted: false,
  measures: false,
  resists: (n) => Math.floor((n - 1) / 2),
  requires(n, f) {
    return n >= Math.max(1, 2 * f + 1)
      ? undefined
      : `The median needs at least ${2 * f + 1} contributions for f = ${f}; there are ${n}.`;
  },
  plan: () => ({ kind: "median" }),
};
