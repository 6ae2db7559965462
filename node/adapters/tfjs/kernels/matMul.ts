import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { dispose, kernel, replaceKernel, run } from "./call.ts";

let installed = false;

/**
 * Makes matrix products with transposed operands fast: the engine computes those in a plain loop, and only untransposed ones with its
 * optimized routine. Copying the operand over first costs little beside the product. Batches of matrices stay as they are.
 */
export function installMatMul(): void {
  if (installed) return;
  installed = true;
  const plain = kernel("BatchMatMul");
  const transpose = kernel("Transpose");
  const swap = (x: TensorInfo, backend: unknown): TensorInfo => {
    const rank = x.shape.length;
    const perm = x.shape.map((_, axis) => (axis < rank - 2 ? axis : axis === rank - 1 ? rank - 2 : rank - 1));
    return run(transpose, { x }, backend, { perm });
  };
  const matMul: KernelFunc = (args) => {
    const { a, b } = args.inputs as { a: TensorInfo; b: TensorInfo };
    const { transposeA, transposeB } = (args.attrs ?? {}) as { transposeA?: boolean; transposeB?: boolean };
    if (!(transposeA || transposeB) || isBatch(a) || isBatch(b)) return plain(args);
    const left = transposeA ? swap(a, args.backend) : a;
    const right = transposeB ? swap(b, args.backend) : b;
    const product = run(plain, { a: left, b: right }, args.backend, { transposeA: false, transposeB: false });
    if (left !== a) dispose(args.backend, left);
    if (right !== b) dispose(args.backend, right);
    return product;
  };
  replaceKernel("BatchMatMul", matMul);
}

function isBatch({ shape }: TensorInfo): boolean {
  return shape.slice(0, -2).some((size) => size !== 1);
}
