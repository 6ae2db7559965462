/** a times b plus c, rounded once where the processor can, else twice. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return v128.relaxed_madd<f32>(a, b, c);
}

/** 1 where `madd` rounds once. @param x 1 + 2^-12, whose square needs one bit more than a float32 has @param y -(1 + 2^-11) */
export function fused(x: f32, y: f32): i32 {
  const a = f32x4.splat(x);
  return <i32>(f32x4.extract_lane(madd(a, a, f32x4.splat(y)), 0) !== 0);
}
