import { finished, total, widened } from "./element";

/** base + (sum of weight times value, in the order of rows) / divisor, of float32 rows. */
export function combined32(
  rows: usize,
  stride: usize,
  n: i32,
  weights: usize,
  divisor: f64,
  base: usize,
  out: usize,
  bytes: usize,
): f32 {
  const by = f64x2.splat(divisor);
  let probe = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 32) {
    let a = f64x2.splat(0);
    let b = f64x2.splat(0);
    let c = f64x2.splat(0);
    let d = f64x2.splat(0);
    let row = rows + i;
    for (let j = 0; j < n; j++) {
      const weight = v128.load_splat<f64>(weights + (<usize>j << 3));
      a = f64x2.add(a, f64x2.mul(weight, widened(row)));
      b = f64x2.add(b, f64x2.mul(weight, widened(row + 8)));
      c = f64x2.add(c, f64x2.mul(weight, widened(row + 16)));
      d = f64x2.add(d, f64x2.mul(weight, widened(row + 24)));
      row += stride;
    }
    const low = finished(base + i, f64x2.div(a, by), f64x2.div(b, by));
    const high = finished(base + i + 16, f64x2.div(c, by), f64x2.div(d, by));
    probe = f32x4.add(probe, f32x4.mul(low, f32x4.splat(0)));
    probe = f32x4.add(probe, f32x4.mul(high, f32x4.splat(0)));
    v128.store(out + i, low);
    v128.store(out + i, high, 16);
  }
  return total(probe);
}

/** One float64 row: the sum of coefficient times value in the order of float32 rows, without those whose coefficient is 0. */
export function combine(rows: usize, stride: usize, n: i32, coefficients: usize, out: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 32) {
    let a = f64x2.splat(0);
    let b = f64x2.splat(0);
    let c = f64x2.splat(0);
    let d = f64x2.splat(0);
    let row = rows + i;
    for (let j = 0; j < n; j++) {
      const coefficient = load<f64>(coefficients + (<usize>j << 3));
      if (coefficient !== 0) {
        const factor = f64x2.splat(coefficient);
        a = f64x2.add(a, f64x2.mul(factor, widened(row)));
        b = f64x2.add(b, f64x2.mul(factor, widened(row + 8)));
        c = f64x2.add(c, f64x2.mul(factor, widened(row + 16)));
        d = f64x2.add(d, f64x2.mul(factor, widened(row + 24)));
      }
      row += stride;
    }
    const to = out + (i << 1);
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
  }
}
