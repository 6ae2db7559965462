import { widened } from "./element";

/** Adds the squares of one float32 row to 8 lanes of float64; lane k takes the elements whose index is k modulo 8. */
export function squares(row: usize, lanes: usize, bytes: usize): void {
  let a = v128.load(lanes);
  let b = v128.load(lanes, 16);
  let c = v128.load(lanes, 32);
  let d = v128.load(lanes, 48);
  for (let i: usize = 0; i < bytes; i += 32) {
    const x0 = widened(row + i);
    const x1 = widened(row + i + 8);
    const x2 = widened(row + i + 16);
    const x3 = widened(row + i + 24);
    a = f64x2.add(a, f64x2.mul(x0, x0));
    b = f64x2.add(b, f64x2.mul(x1, x1));
    c = f64x2.add(c, f64x2.mul(x2, x2));
    d = f64x2.add(d, f64x2.mul(x3, x3));
  }
  v128.store(lanes, a);
  v128.store(lanes, b, 16);
  v128.store(lanes, c, 32);
  v128.store(lanes, d, 48);
}

// @ts-ignore: decorator
@inline
function squared(x: v128, y: v128): v128 {
  const difference = f64x2.sub(x, y);
  return f64x2.mul(difference, difference);
}

/** Adds the squares of the differences of two float32 rows to 8 lanes. */
export function distance(row: usize, other: usize, lanes: usize, bytes: usize): void {
  let a = v128.load(lanes);
  let b = v128.load(lanes, 16);
  let c = v128.load(lanes, 32);
  let d = v128.load(lanes, 48);
  for (let i: usize = 0; i < bytes; i += 32) {
    a = f64x2.add(a, squared(widened(row + i), widened(other + i)));
    b = f64x2.add(b, squared(widened(row + i + 8), widened(other + i + 8)));
    c = f64x2.add(c, squared(widened(row + i + 16), widened(other + i + 16)));
    d = f64x2.add(d, squared(widened(row + i + 24), widened(other + i + 24)));
  }
  v128.store(lanes, a);
  v128.store(lanes, b, 16);
  v128.store(lanes, c, 32);
  v128.store(lanes, d, 48);
}
