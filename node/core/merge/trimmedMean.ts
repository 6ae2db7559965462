import type { MergeRule } from "./rule.ts";

/**
 * Coordinate-wise trimmed mean; weights don't count. Order of operations per element: sort the n values ascending; leave out the
 * `trim` smallest and the `trim` largest; sum = 0, then plus each of the others in ascending order, in float64; merged = sum / (n - 2 * trim).
 * Needs n >= 2 * trim + 1 and trim >= f, and resists `trim` (Yin et al., ICML 2018, definition 2).
 */
export function trimmedMean(trim: number): MergeRule {
  return {
    weighted: false,
    measures: false,
    resists: (n) => (n > 2 * trim ? trim : 0),
    requires(n, f) {
      if (n < 2 * trim + 1)
        return `A mean trimmed by ${trim} needs at least ${2 * trim + 1} contributions; there are ${n}.`;
      return trim >= f ? undefined : `A mean trimmed by ${trim} does not resist f = ${f}; trim at least ${f}.`;
    },
    plan: () => ({ kind: "trimmedMean", trim }),
  };
}
