import { backend_util } from "@tensorflow/tfjs-core";

/** Geometry of a two-dimensional convolution over [batch, height, width, channels]. */
export type Conv2DInfo = backend_util.Conv2DInfo;

/** What TensorFlow.js tells the gradients of a convolution. */
export interface ConvAttributes {
  strides: [number, number] | number;
  pad: "valid" | "same" | number;
  dataFormat: "NHWC" | "NCHW";
  dimRoundingMode?: "floor" | "round" | "ceil";
}

export function convInfo(
  xShape: number[],
  filterShape: number[],
  { strides, pad, dataFormat, dimRoundingMode }: ConvAttributes,
): Conv2DInfo {
  if (dataFormat !== "NHWC") throw new Error(`convolutions are trained in NHWC, not ${dataFormat}`);
  const [x, filter] = [xShape, filterShape] as [number, number, number, number][];
  return backend_util.computeConv2DInfo(
    x as [number, number, number, number],
    filter as [number, number, number, number],
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}

/** Rows and columns of the matrix of patches: one row per output position, one column per value that its window covers. */
export function patchesShape(info: Conv2DInfo): [number, number] {
  return [info.batchSize * info.outHeight * info.outWidth, info.filterHeight * info.filterWidth * info.inChannels];
}

/** Copies what each output position sees into its row; what hangs over the edge is 0. */
export function gatherPatches(image: Float32Array, patches: Float32Array, info: Conv2DInfo): void {
  patches.fill(0);
  forEachRun(info, (inPatches, inImage, length) => {
    for (let i = 0; i < length; i++) patches[inPatches + i] = image[inImage + i] as number;
  });
}

/** The transpose of `gatherPatches`: adds each row back to where it was taken from. */
export function scatterPatches(patches: Float32Array, image: Float32Array, info: Conv2DInfo): void {
  image.fill(0);
  forEachRun(info, (inPatches, inImage, length) => {
    for (let i = 0; i < length; i++)
      image[inImage + i] = (image[inImage + i] as number) + (patches[inPatches + i] as number);
  });
}

/** Visits each row of each window: with all channels it is one run of values in both arrays. */
function forEachRun(info: Conv2DInfo, visit: (inPatches: number, inImage: number, length: number) => void): void {
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
  const window = filterHeight * filterWidth * inChannels;
  for (let batch = 0; batch < batchSize; batch++) {
    for (let outRow = 0; outRow < outHeight; outRow++) {
      for (let filterRow = 0; filterRow < filterHeight; filterRow++) {
        const row = outRow * strideHeight + filterRow - padInfo.top;
        if (row < 0 || row >= inHeight) continue;
        for (let outColumn = 0; outColumn < outWidth; outColumn++) {
          const left = outColumn * strideWidth - padInfo.left;
          const first = Math.max(0, -left);
          const end = Math.min(filterWidth, inWidth - left);
          const position = (batch * outHeight + outRow) * outWidth + outColumn;
          const inPatches = position * window + (filterRow * filterWidth + first) * inChannels;
          const inImage = ((batch * inHeight + row) * inWidth + left + first) * inChannels;
          if (end > first) visit(inPatches, inImage, (end - first) * inChannels);
        }
      }
    }
  }
}
