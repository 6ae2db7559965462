import { backend_util } from "@tensorflow/tfjs-core";

/** Geometry of a two-dimensional convolution or pooling over [batch, height, width, channels]. */
export type Conv2DInfo = backend_util.Conv2DInfo;

type Shape4 = [number, number, number, number];

/** What TensorFlow.js tells the gradients of a convolution. */
export interface ConvAttributes {
  strides: [number, number] | number;
  pad: "valid" | "same" | number | backend_util.ExplicitPadding;
  dataFormat?: "NHWC" | "NCHW";
  dilations?: [number, number] | number | null;
  dimRoundingMode?: "floor" | "round" | "ceil";
}

/** @param filterShape [height, width, channels, filters], or [height, width, channels, multiplier] of a depthwise one */
export function convInfo(
  xShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dataFormat = "NHWC", dilations, dimRoundingMode }: ConvAttributes,
  depthwise = false,
): Conv2DInfo {
  if (dataFormat !== "NHWC") throw new Error(`convolutions are trained in NHWC, not ${dataFormat}`);
  const [x, filter] = [xShape, filterShape] as unknown as [Shape4, Shape4];
  return backend_util.computeConv2DInfo(x, filter, strides, dilations ?? 1, pad, dimRoundingMode, depthwise);
}

/** As the kernels read it: see `Geometry` in `wasm/assembly/patches.ts`. @param batch how many of the images */
export function geometryOf(info: Conv2DInfo, batch = info.batchSize): Int32Array {
  return Int32Array.of(
    batch,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.outHeight,
    info.outWidth,
    info.filterHeight,
    info.filterWidth,
    info.strideHeight,
    info.strideWidth,
    info.dilationHeight,
    info.dilationWidth,
    info.padInfo.top,
    info.padInfo.left,
    Math.floor(info.outChannels / info.inChannels),
  );
}

/** Of one image: output positions and values that a window covers, which are rows and columns of its matrix of patches. */
export function patchesShape(info: Conv2DInfo): [number, number] {
  return [info.outHeight * info.outWidth, info.filterHeight * info.filterWidth * info.inChannels];
}

/** Whether the image is its own matrix of patches: windows of one value, side by side. */
export function isItsPatches(info: Conv2DInfo): boolean {
  return (
    info.filterHeight === 1 &&
    info.filterWidth === 1 &&
    info.strideHeight === 1 &&
    info.strideWidth === 1 &&
    info.outHeight === info.inHeight &&
    info.outWidth === info.inWidth
  );
}
