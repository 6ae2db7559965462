import { cappedWeights, capNeeds } from "./cap.ts";
import type { MergeRule } from "./rule.ts";

/**
 * Weighted mean. Order of operations per element, all in float64: sum = 0; for each contribution in member order
 * sum = sum + weight * value (product rounded, then sum rounded); merged = sum / total, with total the exact sum of the weights.
 * Needs one contribution and resists none: a single faulty contributor can move the model anywhere within the norm bound.
 * @param cap largest share of one contributor in the total weight; weights are then those of `cappedWeights`
 */
export function mean(cap?: number): MergeRule {
  return {
    weighted: true,
    measures: false,
    resists: () => 0,
    requires: (n) => (n >= 1 ? capNeeds(n, cap) : "The mean needs at least 1 contribution."),
    plan({ weights }) {
      const counted = cap === undefined ? weights : cappedWeights(weights, cap);
      const divisor = counted.reduce((sum, weight) => sum + weight, 0);
      return { kind: "combine", coefficients: Float64Array.from(counted), divisor };
    },
  };
}
