import { compose, type Measures, measuresAfter } from "./measures.ts";
import type { Columns, MergeConfig, MergeContext, Observed } from "./rule.ts";
import { ruleOf } from "./rules.ts";
import { stepOf } from "./steps.ts";

/** What the second pass over the updates does to their elements. */
export interface Plan {
  /** Coefficients of the vectors that the rule's columns are made of, row by row; undefined where they are the updates as they are. */
  mix: { matrix: Float64Array; rows: number } | undefined;
  columns: Columns;
  observed: Observed;
}

/** What has to be measured before a plan can be made. @throws SwarmError MERGE_CONFIG */
export function measuresFor(config: MergeConfig): "nothing" | "norms" | "distances" {
  const steps = (config.before ?? []).map(stepOf);
  if (ruleOf(config).measures) return "distances";
  const last = steps.findLastIndex(({ measures }) => measures !== "nothing");
  if (last < 0) return "nothing";
  // The norm of a mean follows from distances.
  const needed = steps.slice(0, last + 1).some(({ measures, mixes }) => mixes || measures === "distances");
  return needed ? "distances" : "norms";
}

/**
 * Everything about a merge that is decided by n * n numbers. Steps are composed: after each, the vectors are y_i = sum_j c_ij x_j of the
 * updates x_j, with c = the step's coefficients times those before (see `compose`), and their measures are those of `measuresAfter`. A rule that
 * combines is folded into them: the coefficient of update j is 0, then for i ascending plus a_i * c_ij, without those i where the rule's a_i is 0.
 * @param measures of the updates, as `measuresFor` says
 * @param weights of the contributors, as the ledger has them
 */
export function planMerge(
  config: MergeConfig,
  { f, seed }: Pick<MergeContext, "f" | "seed">,
  weights: readonly number[],
  measures: Measures,
): Plan {
  const updates = weights.length;
  let given = { n: updates, f, seed, weights, measures };
  let matrix: Float64Array | undefined;
  let clipped: readonly number[] = weights.map(() => 1);
  let mixed = false;
  for (const step of (config.before ?? []).map(stepOf)) {
    const coefficients = step.matrix(given);
    const rows = step.rows(given.n);
    const after = measuresAfter(given.measures, coefficients, rows);
    matrix = matrix === undefined ? coefficients : compose(coefficients, matrix, given.n);
    mixed ||= step.mixes;
    // What is clipped after mixing is no contributor's update any more.
    if (!mixed) clipped = clipped.map((_, i) => matrix?.[i * updates + i] as number);
    given = { ...given, n: rows, weights: mixed ? Array.from({ length: rows }, () => 1) : weights, measures: after };
  }
  const columns = ruleOf(config).plan(given);
  const dropped =
    mixed || columns.kind !== "combine"
      ? []
      : [...columns.coefficients.keys()].filter((i) => columns.coefficients[i] === 0);
  const observed = { measures, clipped, dropped };
  if (matrix === undefined) return { mix: undefined, columns, observed };
  if (columns.kind !== "combine") return { mix: { matrix, rows: given.n }, columns, observed };
  const coefficients = compose(columns.coefficients, matrix, given.n);
  return { mix: undefined, columns: { ...columns, coefficients }, observed };
}
