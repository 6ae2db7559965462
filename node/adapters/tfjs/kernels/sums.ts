import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { arithmetic } from "./arithmetic.ts";
import { kernel, replaceKernel, sizeOf } from "./call.ts";

let installed = false;

/**
 * Sums and means over the first axes, such as those of a bias's gradient and of batch normalization: the engine (4.22) transposes the
 * whole tensor first. Other axes are left to it.
 */
export function installSums(): void {
  if (installed) return;
  installed = true;
  for (const name of ["Sum", "Mean"] as const) replaceKernel(name, overRows(kernel(name), name === "Mean"));
}

function overRows(plain: KernelFunc, isMean: boolean): KernelFunc {
  return (args) => {
    const { x } = args.inputs as { x: TensorInfo };
    const { axis, keepDims } = args.attrs as unknown as { axis?: number | number[] | null; keepDims: boolean };
    // No axis means all of them.
    if (axis === undefined || axis === null) return plain(args);
    const rank = x.shape.length;
    const axes = (Array.isArray(axis) ? axis : [axis]).map((each) => (each + rank) % rank).sort((a, b) => a - b);
    const isFirst = axes.every((each, i) => each === i) && axes.length > 0 && axes.length < rank;
    if (x.dtype !== "float32" || !isFirst || sizeOf(x.shape) === 0) return plain(args);
    const kept = x.shape.slice(axes.length);
    const [rows, columns] = [sizeOf(x.shape.slice(0, axes.length)), sizeOf(kept)];
    const context = arithmetic(args.backend);
    const out = context.make(keepDims ? [...axes.map(() => 1), ...kept] : kept);
    context.kernels.columnSums(context.at(x), rows, columns, context.at(out));
    if (isMean) {
      const values = context.memory.typedArrayFromHeap(out);
      for (let i = 0; i < columns; i++) values[i] = (values[i] as number) / rows;
    }
    return out;
  };
}
