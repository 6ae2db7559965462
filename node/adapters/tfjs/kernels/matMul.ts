import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { type Arithmetic, arithmetic } from "./arithmetic.ts";
import { kernel, replaceKernel, sizeOf } from "./call.ts";

/** A matrix in the engine's memory; strides in bytes. */
export interface Matrix {
  at: number;
  rows: number;
  columns: number;
  rowStride: number;
  columnStride: number;
}

/** Rows one after another. */
export const matrix = (at: number, rows: number, columns: number): Matrix => ({
  at,
  rows,
  columns,
  rowStride: 4 * columns,
  columnStride: 4,
});

/** The same memory, rows and columns exchanged. */
export const turned = ({ at, rows, columns, rowStride, columnStride }: Matrix): Matrix => ({
  at,
  rows: columns,
  columns: rows,
  rowStride: columnStride,
  columnStride: rowStride,
});

/** Writes a times b to `out`, row by row, or adds it to what is there. */
export function multiply({ kernels, scratch }: Arithmetic, a: Matrix, b: Matrix, out: number, add = false): void {
  const { rows: m, columns: k } = a;
  kernels.gemm(
    a.at,
    a.rowStride,
    a.columnStride,
    b.at,
    b.rowStride,
    b.columnStride,
    out,
    m,
    b.columns,
    k,
    add,
    scratch,
  );
}

let installed = false;

/**
 * Matrix products: the engine (4.22) computes those with transposed operands in a plain loop. Ours take either operand either way, and
 * are faster than the engine's on untransposed ones too, since they do without another packing and fuse products and sums.
 */
export function installMatMul(): void {
  if (installed) return;
  installed = true;
  const plain = kernel("BatchMatMul");
  const matMul: KernelFunc = (args) => {
    const { a, b } = args.inputs as { a: TensorInfo; b: TensorInfo };
    const { transposeA, transposeB } = (args.attrs ?? {}) as { transposeA?: boolean; transposeB?: boolean };
    const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
    const [countA, countB] = [sizeOf(batchA), sizeOf(batchB)];
    const same = String(batchA) === String(batchB);
    if (a.dtype !== "float32" || b.dtype !== "float32" || !(same || countA === 1 || countB === 1)) return plain(args);
    const context = arithmetic(args.backend);
    const [rowsA, columnsA, rowsB, columnsB] = [...a.shape.slice(-2), ...b.shape.slice(-2)] as [
      number,
      number,
      number,
      number,
    ];
    const batch = countA >= countB ? batchA : batchB;
    const [m, n] = [transposeA ? columnsA : rowsA, transposeB ? rowsB : columnsB];
    const out = context.make([...batch, m, n]);
    // Offsets after the allocation, which may have moved the memory but not the tensors in it.
    const [atA, atB, to] = [context.at(a), context.at(b), context.at(out)];
    for (let i = 0; i < Math.max(countA, countB); i++) {
      const left = matrix(atA + (countA === 1 ? 0 : i * 4 * rowsA * columnsA), rowsA, columnsA);
      const right = matrix(atB + (countB === 1 ? 0 : i * 4 * rowsB * columnsB), rowsB, columnsB);
      multiply(context, transposeA ? turned(left) : left, transposeB ? turned(right) : right, to + i * 4 * m * n);
    }
    return out;
  };
  replaceKernel("BatchMatMul", matMul);
}
