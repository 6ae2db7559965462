import { madd } from "./fused";
import { Geometry } from "./patches";

/** What is computed of the other two. */
const OUTPUTS: i32 = 0;
const FILTER: i32 = 1;
const IMAGE: i32 = 2;

/** The outputs, which have to be 0 before. */
export function depthwise(image: usize, outputs: usize, filter: usize, g: Geometry): void {
  walk(image, outputs, filter, g, OUTPUTS);
}

/** The gradient by the filter [height, width, channels, multiplier], which has to be 0 before. */
export function depthwiseByFilter(image: usize, outputs: usize, filter: usize, g: Geometry): void {
  walk(image, outputs, filter, g, FILTER);
}

/** The gradient by the image, which has to be 0 before. */
export function depthwiseByInput(image: usize, outputs: usize, filter: usize, g: Geometry): void {
  walk(image, outputs, filter, g, IMAGE);
}

// @ts-ignore: decorator
@inline
function walk(image: usize, outputs: usize, filter: usize, g: Geometry, sought: i32): void {
  const channels = <usize>g.channels << 2;
  const outChannels = channels * <usize>g.multiplier;
  let dy = outputs;
  for (let batch = 0; batch < g.batch; batch++) {
    const plane = image + <usize>batch * <usize>g.inHeight * <usize>g.inWidth * channels;
    for (let outRow = 0; outRow < g.outHeight; outRow++) {
      for (let outColumn = 0; outColumn < g.outWidth; outColumn++) {
        for (let i = 0; i < g.height; i++) {
          const y = outRow * g.strideHeight - g.top + i * g.dilationHeight;
          if (y < 0 || y >= g.inHeight) continue;
          for (let j = 0; j < g.width; j++) {
            const x = outColumn * g.strideWidth - g.left + j * g.dilationWidth;
            if (x < 0 || x >= g.inWidth) continue;
            const pixel = plane + (<usize>y * <usize>g.inWidth + <usize>x) * channels;
            const weights = filter + (<usize>i * <usize>g.width + <usize>j) * outChannels;
            if (sought === OUTPUTS) addToOutputs(dy, pixel, weights, channels, <usize>g.multiplier);
            else if (sought === FILTER) addToFilter(weights, pixel, dy, channels, <usize>g.multiplier);
            else addToImage(pixel, weights, dy, channels, <usize>g.multiplier);
          }
        }
        dy += outChannels;
      }
    }
  }
}

function addToFilter(weights: usize, pixel: usize, dy: usize, bytes: usize, multiplier: usize): void {
  let at: usize = 0;
  if (multiplier === 1) at = addProducts(weights, pixel, dy, bytes);
  for (; at < bytes; at += 4) {
    const x = load<f32>(pixel + at);
    for (let k: usize = 0; k < multiplier; k++) {
      const to = weights + at * multiplier + (k << 2);
      store<f32>(to, load<f32>(to) + x * load<f32>(dy + at * multiplier + (k << 2)));
    }
  }
}

function addToOutputs(dy: usize, pixel: usize, weights: usize, bytes: usize, multiplier: usize): void {
  let at: usize = 0;
  if (multiplier === 1) at = addProducts(dy, pixel, weights, bytes);
  for (; at < bytes; at += 4) {
    const x = load<f32>(pixel + at);
    for (let k: usize = 0; k < multiplier; k++) {
      const other = at * multiplier + (k << 2);
      store<f32>(dy + other, load<f32>(dy + other) + x * load<f32>(weights + other));
    }
  }
}

function addToImage(pixel: usize, weights: usize, dy: usize, bytes: usize, multiplier: usize): void {
  let at: usize = 0;
  if (multiplier === 1) at = addProducts(pixel, weights, dy, bytes);
  for (; at < bytes; at += 4) {
    let sum: f32 = 0;
    for (let k: usize = 0; k < multiplier; k++) {
      const other = at * multiplier + (k << 2);
      sum += load<f32>(weights + other) * load<f32>(dy + other);
    }
    store<f32>(pixel + at, load<f32>(pixel + at) + sum);
  }
}

/** Adds products of whole fours. @returns bytes done */
// @ts-ignore: decorator
@inline
function addProducts(to: usize, a: usize, b: usize, bytes: usize): usize {
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    v128.store(to + at, madd(v128.load(a + at), v128.load(b + at), v128.load(to + at)));
  }
  return at;
}
