import type { MergeRule } from "./rule.ts";
import { sortColumns } from "./sortColumns.ts";

/**
 * Coordinate-wise median; weights don't count. Order of operations per element: sort the n values ascending; for odd n merged is the
 * middle one, for even n (lower + upper) / 2 of the two in the middle, in float64.
 * Needs n >= 2f+1 and resists floor((n-1)/2) (Yin et al., Byzantine-Robust Distributed Learning, ICML 2018, definition 1).
 */
export const median: MergeRule = {
  weighted: false,
  resists: (n) => Math.floor((n - 1) / 2),
  requires(n, f) {
    return n >= Math.max(1, 2 * f + 1)
      ? undefined
      : `The median needs at least ${2 * f + 1} contributions for f = ${f}; there are ${n}.`;
  },
  mergeBlock(columns, _weights, merged) {
    sortColumns(columns);
    const n = columns.length;
    const lower = columns[(n - 1) >> 1] as Float64Array;
    const upper = columns[n >> 1] as Float64Array;
    if (n % 2 === 1) merged.set(lower.subarray(0, merged.length));
    else for (let i = 0; i < merged.length; i++) merged[i] = ((lower[i] as number) + (upper[i] as number)) / 2;
  },
};
