import type { MergeRule } from "./rule.ts";

/**
 * Weighted mean. Order of operations per element, all in float64: sum = 0; for each contribution in member order
 * sum = sum + weight * value (product rounded, then sum rounded); merged = sum / total, with total the exact sum of the weights.
 * Needs one contribution and resists none: a single faulty contributor can move the model anywhere within the norm bound.
 */
export const mean: MergeRule = {
  weighted: true,
  resists: () => 0,
  requires: (n) => (n >= 1 ? undefined : "The mean needs at least 1 contribution."),
  mergeBlock(columns, weights, merged) {
    merged.fill(0);
    let total = 0;
    columns.forEach((column, j) => {
      const weight = weights[j] as number;
      total += weight;
      // Column by column is the same order per element as element by element, and reads memory in a row.
      for (let i = 0; i < merged.length; i++) merged[i] = (merged[i] as number) + weight * (column[i] as number);
    });
    for (let i = 0; i < merged.length; i++) merged[i] = (merged[i] as number) / total;
  },
};
