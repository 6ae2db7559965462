import { Geometry } from "./patches";

/**
 * The gradient of max pooling: each window's goes to its largest value, the first one in row-major order where several are equal.
 * @param dx has to be 0 before
 */
export function maxPoolGradient(x: usize, y: usize, dy: usize, dx: usize, g: Geometry): void {
  const channels = <usize>g.channels << 2;
  const row = <usize>g.inWidth * channels;
  let output: usize = 0;
  for (let batch = 0; batch < g.batch; batch++) {
    const plane = <usize>batch * <usize>g.inHeight * row;
    for (let outRow = 0; outRow < g.outHeight; outRow++) {
      const top = outRow * g.strideHeight - g.top;
      const y0 = max(0, top);
      const y1 = min(g.inHeight, top + g.height);
      for (let outColumn = 0; outColumn < g.outWidth; outColumn++) {
        const left = outColumn * g.strideWidth - g.left;
        const x0 = max(0, left);
        const x1 = min(g.inWidth, left + g.width);
        let at: usize = 0;
        for (; at + 16 <= channels; at += 16) {
          const largest = v128.load(y + output + at);
          let open = v128.load(dy + output + at);
          for (let i = y0; i < y1; i++) {
            let from = plane + <usize>i * row + <usize>x0 * channels + at;
            for (let j = x0; j < x1; j++) {
              const hit = f32x4.eq(v128.load(x + from), largest);
              v128.store(dx + from, f32x4.add(v128.load(dx + from), v128.and(open, hit)));
              open = v128.andnot(open, hit);
              from += channels;
            }
          }
        }
        for (; at < channels; at += 4) one(x, dx, load<f32>(y + output + at), load<f32>(dy + output + at), plane + at, y0, y1, x0, x1, row, channels);
        output += channels;
      }
    }
  }
}

/** The same for one channel. */
function one(
  x: usize,
  dx: usize,
  largest: f32,
  gradient: f32,
  plane: usize,
  y0: i32,
  y1: i32,
  x0: i32,
  x1: i32,
  row: usize,
  channels: usize,
): void {
  for (let i = y0; i < y1; i++) {
    for (let j = x0; j < x1; j++) {
      const from = plane + <usize>i * row + <usize>j * channels;
      if (load<f32>(x + from) !== largest) continue;
      store<f32>(dx + from, load<f32>(dx + from) + gradient);
      return;
    }
  }
}
