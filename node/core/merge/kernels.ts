/**
 * The arithmetic on blocks of elements that every merge is made of. All of it is IEEE float64, rounded to nearest even after every
 * operation, never fused and never reordered: two implementations give the same bits or one of them is wrong.
 *
 * Blocks start at multiples of `BLOCK` elements of the whole model (its tensors one after another), and only the last may be shorter. So
 * element i of a block belongs to lane i mod 8, whichever block it is.
 */
export interface MergeKernels {
  /** Room for blocks of n updates. Nothing is shared between two that are open at a time. */
  open(n: number): BlockKernels;
}

/**
 * Elements of a block, a multiple of `LANES`: some ten columns of this length stay in a processor's second cache, and what a block costs
 * beside its elements is little.
 */
export const BLOCK = 4096;

/** Running sums that a squared norm or distance is made of. */
export const LANES = 8;

/**
 * One merge's blocks. First pass, where distances are needed: for each block, `load` every column, then `accumulate`; after the last
 * block `sums`. Second pass: for each block, `load` every column, then either `combine`, or `mix` (optional) and one of `median` and
 * `trimmedMean`; then `finish`. A block's columns all have the same length.
 */
export interface BlockKernels {
  /**
   * Column j (0 to n-1) becomes these values as float64, -0 becoming 0.
   * @param values at most `BLOCK`; the column's length
   * @returns the index of the first value that is not finite, -1 if all are; what the other methods then give is undefined
   */
  load(j: number, values: Float32Array): number;

  /**
   * Adds the loaded block to the lanes: for each column i and element e, x_i[e] * x_i[e] (rounded) to lane e mod 8 of norm i; for each
   * pair i < j, d * d (rounded) with d = x_i[e] - x_j[e] (rounded) to lane e mod 8 of distance (i, j). Elements ascending.
   * Only norms are accumulated where `distances` is false. Leaves the columns as they are.
   */
  accumulate(distances: boolean): void;

  /**
   * What was accumulated: of each sum's lanes ((l0 + l1) + (l2 + l3)) + ((l4 + l5) + (l6 + l7)).
   * `norms[i]` is the squared norm of update i; `distances[i * n + j]` the squared distance of updates i and j, symmetric, 0 where i = j.
   * Lanes stay as they are.
   */
  sums(): { norms: Float64Array; distances: Float64Array };

  /**
   * The columns become `rows` new ones: y_i = 0, then for j ascending y_i = y_i + matrix[i * n + j] * x_j (product rounded, then sum
   * rounded), without those j whose coefficient is 0.
   * @param matrix rows * n coefficients, row by row, finite
   * @param rows 1 to n
   */
  mix(matrix: Float64Array, rows: number): void;

  /**
   * merged = 0, then for j ascending merged = merged + coefficients[j] * x_j (product rounded, then sum rounded), without those j whose
   * coefficient is 0; then merged = merged / divisor, also where that is 1. May overwrite the columns.
   * @param coefficients n of them, finite
   */
  combine(coefficients: Float64Array, divisor: number): void;

  /**
   * merged = the middle of the columns (those that `mix` made, if it was called for this block, else the loaded ones), sorted ascending; of an
   * even number (lower + upper) / 2 of the two in the middle. May overwrite the columns.
   */
  median(): void;

  /**
   * The columns (as for `median`) sorted ascending, without the `trim` smallest and the `trim` largest: merged = 0, then plus each of the
   * others in ascending order; then merged / their number. May overwrite the columns.
   * @param trim 0 or more, less than half of the columns
   */
  trimmedMean(trim: number): void;

  /**
   * out = float32((base + 0) + merged) + 0: the sum in float64, rounded once to float32, -0 becoming 0.
   * @param base the block of the model that the round starts from; same length as the columns, as `out`
   * @returns the index of the first value of `out` that is not finite, -1 if all are
   */
  finish(base: Float32Array, out: Float32Array): number;
}
