/**
 * Geometry of a window that slides over images [batch, height, width, channels]: int32 in this order. `top` and `left` are how far it
 * hangs over the edge.
 */
// @ts-ignore: decorator
@unmanaged
export class Geometry {
  batch: i32;
  inHeight: i32;
  inWidth: i32;
  channels: i32;
  outHeight: i32;
  outWidth: i32;
  height: i32;
  width: i32;
  strideHeight: i32;
  strideWidth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
  top: i32;
  left: i32;
  /** Outputs per channel of a depthwise convolution. */
  multiplier: i32;
}

/** Copies what each output position sees into its row of the matrix of patches; what hangs over the edge is 0. */
export function gather(image: usize, patches: usize, g: Geometry): void {
  const channels = <usize>g.channels << 2;
  const row = <usize>g.inWidth * channels;
  let to = patches;
  for (let batch = 0; batch < g.batch; batch++) {
    const plane = image + <usize>batch * <usize>g.inHeight * row;
    for (let outRow = 0; outRow < g.outHeight; outRow++) {
      const y0 = outRow * g.strideHeight - g.top;
      for (let outColumn = 0; outColumn < g.outWidth; outColumn++) {
        const x0 = outColumn * g.strideWidth - g.left;
        const first = max(0, -x0);
        const end = min(g.width, g.inWidth - x0);
        for (let y = y0; y < y0 + g.height; y++) {
          if (y < 0 || y >= g.inHeight || end <= first) {
            to = clear(to, <usize>g.width * channels);
            continue;
          }
          if (first > 0) to = clear(to, <usize>first * channels);
          const from = plane + <usize>y * row + <usize>(x0 + first) * channels;
          to = copy(to, from, <usize>(end - first) * channels);
          if (end < g.width) to = clear(to, <usize>(g.width - end) * channels);
        }
      }
    }
  }
}

/** The transpose of `gather`: adds each row back to where it was taken from. The image has to be 0 before. */
export function scatter(patches: usize, image: usize, g: Geometry): void {
  const channels = <usize>g.channels << 2;
  const row = <usize>g.inWidth * channels;
  let from = patches;
  for (let batch = 0; batch < g.batch; batch++) {
    const plane = image + <usize>batch * <usize>g.inHeight * row;
    for (let outRow = 0; outRow < g.outHeight; outRow++) {
      const y0 = outRow * g.strideHeight - g.top;
      for (let outColumn = 0; outColumn < g.outWidth; outColumn++) {
        const x0 = outColumn * g.strideWidth - g.left;
        const first = max(0, -x0);
        const end = min(g.width, g.inWidth - x0);
        for (let y = y0; y < y0 + g.height; y++) {
          if (y >= 0 && y < g.inHeight && end > first) {
            const to = plane + <usize>y * row + <usize>(x0 + first) * channels;
            add(to, from + <usize>first * channels, <usize>(end - first) * channels);
          }
          from += <usize>g.width * channels;
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function clear(to: usize, bytes: usize): usize {
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) v128.store(to + at, f32x4.splat(0));
  for (; at < bytes; at += 4) store<f32>(to + at, 0);
  return to + bytes;
}

// @ts-ignore: decorator
@inline
function copy(to: usize, from: usize, bytes: usize): usize {
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) v128.store(to + at, v128.load(from + at));
  for (; at < bytes; at += 4) store<f32>(to + at, load<f32>(from + at));
  return to + bytes;
}

// @ts-ignore: decorator
@inline
function add(to: usize, from: usize, bytes: usize): void {
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(from + at)));
  for (; at < bytes; at += 4) store<f32>(to + at, load<f32>(to + at) + load<f32>(from + at));
}
