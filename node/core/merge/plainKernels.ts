import { BLOCK, type BlockKernels, LANES, type MergeKernels } from "./kernels.ts";
import { sortColumns } from "./sortColumns.ts";

/** The kernels in TypeScript: what others are compared with, and what merges where there are no others. */
export const plainKernels: MergeKernels = { open: (n) => new PlainBlocks(n) };

class PlainBlocks implements BlockKernels {
  readonly #n: number;
  readonly #loaded: Float64Array[];
  readonly #mixed: Float64Array[] = [];
  readonly #merged = new Float64Array(BLOCK);
  readonly #normLanes: Float64Array;
  readonly #distanceLanes: Float64Array;
  /** The columns that `median` and `trimmedMean` work on, cut to the block's length. */
  #columns: Float64Array[] = [];
  #length = 0;

  constructor(n: number) {
    this.#n = n;
    this.#loaded = Array.from({ length: n }, () => new Float64Array(BLOCK));
    this.#normLanes = new Float64Array(n * LANES);
    this.#distanceLanes = new Float64Array(((n * (n - 1)) / 2) * LANES);
  }

  load(j: number, values: Float32Array): number {
    this.#length = values.length;
    const column = (this.#loaded[j] as Float64Array).subarray(0, values.length);
    this.#columns[j] = column;
    this.#columns.length = this.#n;
    for (let i = 0; i < column.length; i++) column[i] = (values[i] as number) + 0;
    return firstNotFinite(column);
  }

  accumulate(distances: boolean): void {
    const columns = this.#columns;
    columns.forEach((column, i) => addSquares(column, this.#normLanes.subarray(i * LANES, (i + 1) * LANES)));
    if (!distances) return;
    let pair = 0;
    for (let i = 0; i < columns.length; i++) {
      for (let j = i + 1; j < columns.length; j++, pair++) {
        const lanes = this.#distanceLanes.subarray(pair * LANES, (pair + 1) * LANES);
        addSquaredDifferences(columns[i] as Float64Array, columns[j] as Float64Array, lanes);
      }
    }
  }

  sums(): { norms: Float64Array; distances: Float64Array } {
    const n = this.#n;
    const norms = Float64Array.from({ length: n }, (_, i) => total(this.#normLanes, i));
    const distances = new Float64Array(n * n);
    let pair = 0;
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++, pair++) {
        distances[i * n + j] = total(this.#distanceLanes, pair);
        distances[j * n + i] = distances[i * n + j] as number;
      }
    }
    return { norms, distances };
  }

  mix(matrix: Float64Array, rows: number): void {
    while (this.#mixed.length < rows) this.#mixed.push(new Float64Array(BLOCK));
    const loaded = this.#columns;
    this.#columns = this.#mixed.slice(0, rows).map((column) => column.subarray(0, this.#length));
    this.#columns.forEach((column, i) => addUp(loaded, matrix.subarray(i * this.#n, (i + 1) * this.#n), column));
  }

  combine(coefficients: Float64Array, divisor: number): void {
    const merged = this.#merged.subarray(0, this.#length);
    addUp(this.#columns, coefficients, merged);
    divide(merged, divisor);
  }

  median(): void {
    const columns = this.#columns;
    sortColumns(columns);
    const merged = this.#merged.subarray(0, this.#length);
    const lower = columns[(columns.length - 1) >> 1] as Float64Array;
    const upper = columns[columns.length >> 1] as Float64Array;
    if (lower === upper) merged.set(lower);
    else for (let i = 0; i < merged.length; i++) merged[i] = ((lower[i] as number) + (upper[i] as number)) / 2;
  }

  trimmedMean(trim: number): void {
    sortColumns(this.#columns);
    const merged = this.#merged.subarray(0, this.#length);
    merged.fill(0);
    const kept = this.#columns.slice(trim, this.#columns.length - trim);
    for (const column of kept)
      for (let i = 0; i < merged.length; i++) merged[i] = (merged[i] as number) + (column[i] as number);
    divide(merged, kept.length);
  }

  finish(base: Float32Array, out: Float32Array): number {
    const merged = this.#merged;
    for (let i = 0; i < out.length; i++) out[i] = Math.fround((base[i] as number) + 0 + (merged[i] as number)) + 0;
    return firstNotFinite(out);
  }
}

/** The total of running sum `index`'s lanes. */
function total(lanes: Float64Array, index: number): number {
  const [l0, l1, l2, l3, l4, l5, l6, l7] = lanes.subarray(index * LANES, (index + 1) * LANES) as unknown as Eight;
  return l0 + l1 + (l2 + l3) + (l4 + l5 + (l6 + l7));
}

type Eight = [number, number, number, number, number, number, number, number];

function addSquares(column: Float64Array, lanes: Float64Array): void {
  for (let start = 0; start < column.length; start += LANES) {
    const end = Math.min(start + LANES, column.length);
    for (let i = start; i < end; i++) {
      const value = column[i] as number;
      lanes[i - start] = (lanes[i - start] as number) + value * value;
    }
  }
}

/** Eight sums in as many variables: some three times as fast as sums in an array, and this is most of what a robust merge takes. */
function addSquaredDifferences(a: Float64Array, b: Float64Array, lanes: Float64Array): void {
  let [l0, l1, l2, l3, l4, l5, l6, l7] = lanes as unknown as Eight;
  const whole = a.length - (a.length % LANES);
  for (let i = 0; i < whole; i += LANES) {
    const d0 = (a[i] as number) - (b[i] as number);
    const d1 = (a[i + 1] as number) - (b[i + 1] as number);
    const d2 = (a[i + 2] as number) - (b[i + 2] as number);
    const d3 = (a[i + 3] as number) - (b[i + 3] as number);
    const d4 = (a[i + 4] as number) - (b[i + 4] as number);
    const d5 = (a[i + 5] as number) - (b[i + 5] as number);
    const d6 = (a[i + 6] as number) - (b[i + 6] as number);
    const d7 = (a[i + 7] as number) - (b[i + 7] as number);
    l0 += d0 * d0;
    l1 += d1 * d1;
    l2 += d2 * d2;
    l3 += d3 * d3;
    l4 += d4 * d4;
    l5 += d5 * d5;
    l6 += d6 * d6;
    l7 += d7 * d7;
  }
  lanes.set([l0, l1, l2, l3, l4, l5, l6, l7]);
  for (let i = whole; i < a.length; i++) {
    const d = (a[i] as number) - (b[i] as number);
    lanes[i - whole] = (lanes[i - whole] as number) + d * d;
  }
}

/** sum = 0, then plus coefficient times column in their order, column by column: per element the same order, and memory is read in a row. */
function addUp(columns: readonly Float64Array[], coefficients: Float64Array, sum: Float64Array): void {
  sum.fill(0);
  columns.forEach((column, j) => {
    const coefficient = coefficients[j] as number;
    if (coefficient === 0) return;
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + coefficient * (column[i] as number);
  });
}

function divide(values: Float64Array, divisor: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / divisor;
}

function firstNotFinite(values: Float32Array | Float64Array): number {
  // One product says it for all: 0 times a finite value is 0 (or -0), anything else is NaN.
  let probe = 0;
  for (let i = 0; i < values.length; i++) probe += (values[i] as number) * 0;
  return probe === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value));
}
