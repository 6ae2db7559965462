import { backend_util, type KernelFunc, type TensorInfo } from "@tensorflow/tfjs-core";
import { dispose, kernel, replaceKernel, run, type WasmBackend } from "./call.ts";

/** Geometry of a two-dimensional convolution over [batch, height, width, channels]. */
type Conv2DInfo = backend_util.Conv2DInfo;

interface Attributes {
  strides: [number, number] | number;
  pad: "valid" | "same" | number;
  dataFormat: "NHWC" | "NCHW";
  dimRoundingMode?: "floor" | "round" | "ceil";
  filterShape: [number, number, number, number];
}

/**
 * Adds the gradient of a convolution by its filter, which the WebAssembly engine lacks: the input's patches become the rows of a matrix
 * [positions, window], and the gradient is one product, transpose(dy) times patches, of which only the small result is turned again.
 */
export function installConv2dBackpropFilter(): void {
  const matMul = kernel("BatchMatMul");
  const transpose = kernel("Transpose");
  const reshape = kernel("Reshape");
  const backpropFilter: KernelFunc = ({ inputs, backend, attrs }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
    const { strides, pad, dataFormat, dimRoundingMode, filterShape } = attrs as unknown as Attributes;
    if (dataFormat !== "NHWC") throw new Error(`convolutions are trained in NHWC, not ${dataFormat}`);
    const info = backend_util.computeConv2DInfo(x.shape as [number, number, number, number], filterShape, strides, 1, pad, dimRoundingMode);
    const positions = info.batchSize * info.outHeight * info.outWidth;
    const window = info.filterHeight * info.filterWidth * info.inChannels;
    const patches = gatherPatches(x, info, positions, window, backend as WasmBackend);
    const flat = run(reshape, { x: dy }, backend, { shape: [positions, info.outChannels] });
    const turned = run(transpose, { x: flat }, backend, { perm: [1, 0] });
    const product = run(matMul, { a: turned, b: patches }, backend, { transposeA: false, transposeB: false });
    const filter = run(transpose, { x: product }, backend, { perm: [1, 0] });
    const shaped = run(reshape, { x: filter }, backend, { shape: filterShape });
    dispose(backend, patches, flat, turned, product, filter);
    return shaped;
  };
  replaceKernel("Conv2DBackpropFilter", backpropFilter);
}

/** [positions, window]: what each output position sees, zero where the window hangs over the edge. */
function gatherPatches(x: TensorInfo, info: Conv2DInfo, positions: number, window: number, backend: WasmBackend): TensorInfo {
  const patches = backend.makeOutput([positions, window], "float32");
  // Views are taken after the output exists: making it may move the heap.
  const from = backend.typedArrayFromHeap(x);
  const to = backend.typedArrayFromHeap(patches).fill(0);
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  for (let batch = 0; batch < batchSize; batch++) {
    for (let outRow = 0; outRow < outHeight; outRow++) {
      for (let filterRow = 0; filterRow < filterHeight; filterRow++) {
        const row = outRow * strideHeight + filterRow - padInfo.top;
        if (row < 0 || row >= inHeight) continue;
        const rowStart = (batch * inHeight + row) * inWidth;
        for (let outColumn = 0; outColumn < outWidth; outColumn++) {
          // The window's columns that lie inside; with all channels they are one run in both arrays.
          const left = outColumn * strideWidth - padInfo.left;
          const first = Math.max(0, -left);
          const end = Math.min(filterWidth, inWidth - left);
          const target = ((batch * outHeight + outRow) * outWidth + outColumn) * window + filterRow * filterWidth * inChannels;
          const source = (rowStart + left) * inChannels;
          for (let i = first * inChannels; i < end * inChannels; i++) to[target + i] = from[source + i] as number;
        }
      }
    }
  }
  return patches;
}
