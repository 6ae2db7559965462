import { BLOCK, type BlockKernels, LANES, type MergeKernels } from "../kernels.ts";
import { network } from "../sortColumns.ts";
import { exchanges } from "./exchanges.ts";
import { instantiate, type Kernels } from "./instantiate.ts";
import { type Layout, layoutOf, STRIDE32, STRIDE64, TILE, writeNetwork } from "./layout.ts";
import { selection } from "./selection.ts";

/** The kernels in WebAssembly with SIMD: the same bits as the plain ones, several times as fast. */
export const wasmKernels: MergeKernels = { open: (n) => new WasmBlocks(n) };

/** What is made of the loaded block; done in `finish`, in one go with adding the base. */
type Operation =
  | { kind: "combine"; divisor: number }
  | { kind: "ranks"; from: number; to: number; rows: number; isMixed: boolean };

class WasmBlocks implements BlockKernels {
  readonly #n: number;
  readonly #at: Layout;
  readonly #kernels: Kernels;
  readonly #memory: ArrayBuffer;
  readonly #rows: Float32Array[];
  readonly #base: Float32Array;
  readonly #out: Float32Array;
  readonly #coefficients: Float64Array;
  /** Of each float32 row, rounded up to whole tiles; what is behind the length is 0. */
  #bytes = 0;
  #mixedRows = 0;
  #operation: Operation | undefined;
  /** Which network lies in memory. */
  #sorts: { key: string; exchanges: number } = { key: "", exchanges: 0 };

  constructor(n: number) {
    this.#n = n;
    const at = layoutOf(n, network(n).length);
    const { kernels, memory } = instantiate(at.pages);
    this.#at = at;
    this.#kernels = kernels;
    this.#memory = memory;
    this.#rows = Array.from({ length: n }, (_, j) => new Float32Array(memory, at.rows + j * STRIDE32, BLOCK));
    this.#base = new Float32Array(memory, at.base, BLOCK);
    this.#out = new Float32Array(memory, at.out, BLOCK);
    this.#coefficients = new Float64Array(memory, at.coefficients, n);
  }

  load(j: number, values: Float32Array): number {
    const row = this.#rows[j] as Float32Array;
    this.#mixedRows = 0;
    row.set(values);
    const whole = Math.ceil(values.length / TILE) * TILE;
    this.#bytes = 4 * whole;
    if (whole > values.length) row.fill(0, values.length, whole);
    const probe = this.#kernels.probe32(this.#at.rows + j * STRIDE32, this.#bytes);
    return probe === 0 ? -1 : firstNotFinite(values);
  }

  accumulate(distances: boolean): void {
    const { rows, lanes } = this.#at;
    const n = this.#n;
    this.#kernels.norms(rows, STRIDE32, n, lanes, this.#bytes);
    if (distances) this.#kernels.distances(rows, STRIDE32, n, lanes + n * LANES * 8, this.#bytes);
  }

  sums(): { norms: Float64Array; distances: Float64Array } {
    const n = this.#n;
    const norms = Float64Array.from({ length: n }, (_, i) => this.#total(i));
    const distances = new Float64Array(n * n);
    let sum = n;
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        const distance = this.#total(sum++);
        distances[i * n + j] = distance;
        distances[j * n + i] = distance;
      }
    }
    return { norms, distances };
  }

  mix(matrix: Float64Array, rows: number): void {
    const { rows: from, mixed, coefficients } = this.#at;
    for (let i = 0; i < rows; i++) {
      this.#coefficients.set(matrix.subarray(i * this.#n, (i + 1) * this.#n));
      this.#kernels.combine(from, STRIDE32, this.#n, coefficients, mixed + i * STRIDE64, this.#bytes);
    }
    this.#mixedRows = rows;
  }

  combine(coefficients: Float64Array, divisor: number): void {
    this.#coefficients.set(coefficients);
    this.#operation = { kind: "combine", divisor };
  }

  median(): void {
    const n = this.#mixedRows || this.#n;
    this.#ranks(n, (n - 1) >> 1, (n >> 1) + 1);
  }

  trimmedMean(trim: number): void {
    const n = this.#mixedRows || this.#n;
    this.#ranks(n, trim, n - trim);
  }

  finish(base: Float32Array, out: Float32Array): number {
    this.#base.set(base);
    const probe = this.#run();
    out.set(this.#out.subarray(0, out.length));
    // Behind the length there may be an older block's base, which was finite or stopped the merge.
    return probe === 0 ? -1 : firstNotFinite(out);
  }

  /** The mean of these ranks; the median is the mean of one or two. */
  #ranks(rows: number, from: number, to: number): void {
    this.#operation = { kind: "ranks", from, to, rows, isMixed: this.#mixedRows > 0 };
    const key = `${rows}/${from}/${to}`;
    if (this.#sorts.key === key) return;
    const sorts = exchanges(selection(rows, from, to));
    writeNetwork(new Uint32Array(this.#memory, this.#at.network, 4 * sorts.length), sorts);
    this.#sorts = { key, exchanges: sorts.length };
  }

  #run(): number {
    const operation = this.#operation;
    const { rows, mixed, base, out, coefficients, network, scratch } = this.#at;
    if (operation === undefined) throw new RangeError("finish comes after combine, median or trimmedMean");
    if (operation.kind === "combine") {
      const { divisor } = operation;
      return this.#kernels.combined32(rows, STRIDE32, this.#n, coefficients, divisor, base, out, this.#bytes);
    }
    const { from, to, isMixed } = operation;
    const sorted = isMixed ? this.#kernels.sorted64 : this.#kernels.sorted32;
    const [matrix, stride] = isMixed ? [mixed, STRIDE64] : [rows, STRIDE32];
    const { exchanges: count } = this.#sorts;
    return sorted(matrix, stride, operation.rows, network, count, from, to, to - from, base, out, this.#bytes, scratch);
  }

  #total(sum: number): number {
    const lanes = new Float64Array(this.#memory, this.#at.lanes + sum * LANES * 8, LANES);
    const [l0, l1, l2, l3, l4, l5, l6, l7] = lanes as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return l0 + l1 + (l2 + l3) + (l4 + l5 + (l6 + l7));
  }
}

function firstNotFinite(values: Float32Array): number {
  return values.findIndex((value) => !Number.isFinite(value));
}
