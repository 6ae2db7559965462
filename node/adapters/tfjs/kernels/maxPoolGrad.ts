import { backend_util, type KernelFunc, type TensorInfo } from "@tensorflow/tfjs-core";
import { arithmetic } from "./arithmetic.ts";
import { replaceKernel } from "./call.ts";
import { geometryOf } from "./geometry.ts";

interface Attributes {
  filterSize: [number, number] | number;
  strides: [number, number] | number;
  pad: "valid" | "same" | number;
  dimRoundingMode?: "floor" | "round" | "ceil";
}

/**
 * Replaces the gradient of max pooling: the engine's own (4.22) gives windows without a positive value no gradient at all. Each window's
 * gradient goes to its largest value, the first one in row-major order where several are equal.
 */
export function installMaxPoolGrad(): void {
  const maxPoolGrad: KernelFunc = ({ inputs, backend, attrs }) => {
    const { dy, input, output } = inputs as { dy: TensorInfo; input: TensorInfo; output: TensorInfo };
    const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as Attributes;
    const shape = input.shape as [number, number, number, number];
    const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const context = arithmetic(backend);
    const dx = context.zeros(shape);
    const { kernels, at, place } = context;
    kernels.maxPoolGradient(at(input), at(output), at(dy), at(dx), place(geometryOf(info)));
    return dx;
  };
  replaceKernel("MaxPoolGrad", maxPoolGrad);
}
