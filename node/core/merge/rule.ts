/** Which rule a task merges by. `trim`: values left out at each end, for `trimmedMean` only. */
export interface MergeConfig {
  rule: "mean" | "median" | "trimmedMean";
  trim?: number;
}

/**
 * Puts one block of elements of all deltas together.
 * @param columns one per contribution in member order, of the same length, finite, no -0; may be overwritten
 * @param weights of the contributions, positive integers
 * @param merged receives the merged delta in float64, before it is added to the base; same length as the columns
 */
export type MergeBlock = (columns: readonly Float64Array[], weights: readonly number[], merged: Float64Array) => void;

/** A way of putting updates together, fixed for a task. */
export interface MergeRule {
  mergeBlock: MergeBlock;
  /** Whether contributors' weights count; robust rules ignore them, because a faulty node chooses its own. */
  weighted: boolean;
  /** How many of n contributions may be anything at all while each merged value stays within the range of the others'. */
  resists(n: number): number;
  /** What keeps n contributions, f of them faulty, from being merged by this rule, as a sentence; undefined if nothing does. */
  requires(n: number, f: number): string | undefined;
}
