/** What the kernels share: two to four elements at a time. */

// @ts-ignore: decorator
@inline
export function widened(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load_zero<u64>(at));
}

/** Four elements of the next model, from two times two merged ones. */
// @ts-ignore: decorator
@inline
export function finished(base: usize, low: v128, high: v128): v128 {
  const zero = f64x2.splat(0);
  const a = f32x4.demote_f64x2_zero(f64x2.add(f64x2.add(widened(base), zero), low));
  const b = f32x4.demote_f64x2_zero(f64x2.add(f64x2.add(widened(base + 8), zero), high));
  return f32x4.add(v128.shuffle<i64>(a, b, 0, 2), f32x4.splat(0));
}

// @ts-ignore: decorator
@inline
export function total(probe: v128): f32 {
  return (
    f32x4.extract_lane(probe, 0) +
    f32x4.extract_lane(probe, 1) +
    f32x4.extract_lane(probe, 2) +
    f32x4.extract_lane(probe, 3)
  );
}

/** 0, or NaN where some value of a float32 row is not finite. */
export function probe32(row: usize, bytes: usize): f32 {
  const zero = f32x4.splat(0);
  let a = zero;
  let b = zero;
  let c = zero;
  let d = zero;
  for (let i: usize = 0; i < bytes; i += 64) {
    a = f32x4.add(a, f32x4.mul(v128.load(row + i), zero));
    b = f32x4.add(b, f32x4.mul(v128.load(row + i, 16), zero));
    c = f32x4.add(c, f32x4.mul(v128.load(row + i, 32), zero));
    d = f32x4.add(d, f32x4.mul(v128.load(row + i, 48), zero));
  }
  return total(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
}
