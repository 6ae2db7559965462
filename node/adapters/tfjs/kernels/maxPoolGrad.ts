import { backend_util, type KernelFunc, type TensorInfo } from "@tensorflow/tfjs-core";
import { replaceKernel, type WasmBackend } from "./call.ts";

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
    const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo };
    const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as Attributes;
    const shape = input.shape as [number, number, number, number];
    const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const memory = backend as WasmBackend;
    const dx = memory.makeOutput(shape, "float32");
    const x = memory.typedArrayFromHeap(input);
    scatter(x, memory.typedArrayFromHeap(dy), memory.typedArrayFromHeap(dx).fill(0), info);
    return dx;
  };
  replaceKernel("MaxPoolGrad", maxPoolGrad);
}

function scatter(x: Float32Array, dy: Float32Array, dx: Float32Array, info: backend_util.Conv2DInfo): void {
  const {
    batchSize,
    inHeight,
    inWidth,
    inChannels,
    outHeight,
    outWidth,
    filterHeight,
    filterWidth,
    strideHeight,
    strideWidth,
    padInfo,
  } = info;
  let output = 0;
  for (let batch = 0; batch < batchSize; batch++) {
    for (let outRow = 0; outRow < outHeight; outRow++) {
      const top = outRow * strideHeight - padInfo.top;
      const bottom = Math.min(inHeight, top + filterHeight);
      for (let outColumn = 0; outColumn < outWidth; outColumn++) {
        const left = outColumn * strideWidth - padInfo.left;
        const right = Math.min(inWidth, left + filterWidth);
        for (let channel = 0; channel < inChannels; channel++) {
          let best = -1;
          for (let row = Math.max(0, top); row < bottom; row++) {
            for (let column = Math.max(0, left); column < right; column++) {
              const at = ((batch * inHeight + row) * inWidth + column) * inChannels + channel;
              if (best < 0 || (x[at] as number) > (x[best] as number)) best = at;
            }
          }
          dx[best] = (dx[best] as number) + (dy[output++] as number);
        }
      }
    }
  }
}
