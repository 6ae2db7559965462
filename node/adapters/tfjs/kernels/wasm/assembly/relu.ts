/** The gradient of a rectifier: dy where x is more than 0, else 0. @param bytes of each */
export function reluGradient(x: usize, dy: usize, dx: usize, bytes: usize): void {
  const zero = f32x4.splat(0);
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    v128.store(dx + at, v128.and(v128.load(dy + at), f32x4.gt(v128.load(x + at), zero)));
  }
  for (; at < bytes; at += 4) store<f32>(dx + at, load<f32>(x + at) > 0 ? load<f32>(dy + at) : 0);
}
