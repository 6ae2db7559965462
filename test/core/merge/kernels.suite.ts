import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BLOCK, type BlockKernels, type MergeKernels } from "../../../node/core/merge/kernels.ts";
import { awkward, honestAndLiars } from "./configs.ts";
import { measured } from "./support.ts";

const LENGTHS = [1, 7, 8, 9, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 476];
const COUNTS = [1, 2, 3, 5, 8, 13];
const rowsOf = (n: number, length: number): number[][][] => [
  awkward(n + length, n, length),
  honestAndLiars(n, n, length),
];
const bits = (values: ArrayLike<number>): bigint[] => [...new BigUint64Array(Float64Array.from(values).buffer)];

/** Every implementation of the kernels has to give these bits; the expected ones are computed value by value, as the interface says it. */
export function kernelsSuite(name: string, kernels: MergeKernels): void {
  const load = (rows: readonly number[][]): BlockKernels => {
    const blocks = kernels.open(rows.length);
    rows.forEach((row, j) => assert.equal(blocks.load(j, Float32Array.from(row)), -1));
    return blocks;
  };
  const merged = (blocks: BlockKernels, length: number): Float32Array => {
    const out = new Float32Array(length);
    assert.equal(blocks.finish(new Float32Array(length), out), -1);
    return out;
  };
  const columnsOf = (rows: readonly number[][]) =>
    (rows[0] ?? []).map((_, i) => rows.map((row) => (row[i] as number) + 0));

  describe(`kernels: ${name}`, () => {
    it("sums squares and squared differences in eight lanes over all blocks", () => {
      for (const n of COUNTS) {
        for (const length of LENGTHS) {
          for (const rows of rowsOf(n, length)) {
            const { measures } = measured(rows, kernels);
            const vectors = rows.map((row) => Array.from(row, (value) => value + 0));
            assert.deepEqual(bits(measures.norms), bits(vectors.map((vector) => lanes(vector))));
            const distances = vectors.flatMap((a) =>
              vectors.map((b) => lanes(a.map((value, i) => value - (b[i] as number)))),
            );
            assert.deepEqual(bits(measures.distances), bits(distances), `${n} columns of ${length}`);
          }
        }
      }
    });

    it("leaves distances at 0 where only norms are wanted, and sums as they are when asked again", () => {
      const blocks = load([
        [3, 4],
        [-1, 0],
      ]);
      blocks.accumulate(false);
      assert.deepEqual([...blocks.sums().norms, ...blocks.sums().distances], [25, 1, 0, 0, 0, 0]);
    });

    it("mixes, then sorts what was mixed", () => {
      const rows = [
        [1, 10, -4],
        [2, 20, -0],
        [4, 0, 4],
      ];
      const blocks = load(rows);
      blocks.mix(Float64Array.of(0.5, 0.5, 0, 0, 0, 1, 1, 0, 0), 3);
      blocks.median();
      assert.deepEqual([...merged(blocks, 3)], [1.5, 10, -2]);
      // Two rows of three columns, and all again in the same room.
      rows.forEach((row, j) => blocks.load(j, Float32Array.from(row)));
      blocks.mix(Float64Array.of(1, 0, 0, 0, 0, 1), 2);
      blocks.median();
      assert.deepEqual([...merged(blocks, 3)], [2.5, 5, 0]);
      rows.forEach((row, j) => blocks.load(j, Float32Array.from(row)));
      blocks.median();
      assert.deepEqual([...merged(blocks, 3)], [2, 10, 0]);
    });

    it("combines, sorts and trims as the interface says, value by value", () => {
      for (const n of COUNTS) {
        for (const length of LENGTHS.filter((it) => it <= BLOCK)) {
          for (const rows of rowsOf(n, length)) {
            const coefficients = Float64Array.from(rows, (_, j) => (j % 3 === 1 ? 0 : 1 / (j + 3)));
            const combined = load(rows);
            combined.combine(coefficients, 0.7);
            const expected = columnsOf(rows).map((column) => {
              let sum = 0;
              column.forEach((value, j) =>
                coefficients[j] === 0 ? undefined : (sum += (coefficients[j] as number) * value),
              );
              return sum / 0.7;
            });
            assert.deepEqual(
              merged(combined, length),
              Float32Array.from(expected, (value) => Math.fround(value) + 0),
            );

            const middle = load(rows);
            middle.median();
            const sorted = columnsOf(rows).map((column) => column.toSorted((a, b) => a - b));
            const at = (column: number[], i: number) => column[i] as number;
            assert.deepEqual(
              merged(middle, length),
              Float32Array.from(sorted, (it) => Math.fround((at(it, (n - 1) >> 1) + at(it, n >> 1)) / 2) + 0),
            );
            for (let trim = 0; 2 * trim < n; trim++) {
              const trimmed = load(rows);
              trimmed.trimmedMean(trim);
              const means = sorted.map((it) => it.slice(trim, n - trim).reduce((a, b) => a + b, 0) / (n - 2 * trim));
              assert.deepEqual(
                merged(trimmed, length),
                Float32Array.from(means, (value) => Math.fround(value) + 0),
              );
            }
          }
        }
      }
    });

    it("adds the base and rounds once, -0 becoming 0", () => {
      const blocks = load([[-0, 2 ** -25, 1, -1]]);
      blocks.combine(Float64Array.of(1), 1);
      const out = new Float32Array(4);
      assert.equal(blocks.finish(Float32Array.of(-0, 1, 2, 1), out), -1);
      assert.deepEqual([...out], [0, 1, 3, 0]);
    });

    it("finds the first value that is not finite, of an update and of the result", () => {
      const blocks = kernels.open(1);
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        assert.equal(blocks.load(0, Float32Array.of(1, 2, value, value)), 2);
      }
      assert.equal(blocks.load(0, Float32Array.of(1, 3e38)), -1);
      blocks.combine(Float64Array.of(1), 1);
      assert.equal(blocks.finish(Float32Array.of(1, 3e38), new Float32Array(2)), 1);
    });

    it("keeps what is open at a time apart", () => {
      const [a, b] = [load([[1], [2]]), load([[5], [7]])];
      a.accumulate(true);
      b.accumulate(true);
      assert.deepEqual([...a.sums().norms, ...b.sums().norms], [1, 4, 25, 49]);
      a.median();
      b.median();
      assert.deepEqual([...merged(a, 1), ...merged(b, 1)], [1.5, 6]);
    });
  });
}

/** The sum of squares in lanes by the index of a whole vector. */
function lanes(vector: number[]): number {
  const l = [0, 0, 0, 0, 0, 0, 0, 0] as [number, number, number, number, number, number, number, number];
  vector.forEach((value, i) => (l[i % 8] = (l[i % 8] as number) + value * value));
  return l[0] + l[1] + (l[2] + l[3]) + (l[4] + l[5] + (l[6] + l[7]));
}
