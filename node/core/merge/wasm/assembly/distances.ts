import { widened } from "./element";

/** float32 bytes of each row that are worked on at a time: of 16 rows they fit into the fastest cache, which each pair reads anew. */
const PART: usize = 2048;
/** Bytes of 8 float64. */
const LANES: usize = 64;

/** Adds the squares of one float32 row to 8 lanes of float64; lane k takes the elements whose index is k modulo 8. */
// @ts-ignore: decorator
@inline
function addSquares(row: usize, lanes: usize, bytes: usize): void {
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
// @ts-ignore: decorator
@inline
function addDistance(row: usize, other: usize, lanes: usize, bytes: usize): void {
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

/** Adds n float32 rows to the lanes of their squared norms: 8 for each row. */
export function norms(rows: usize, stride: usize, n: i32, lanes: usize, bytes: usize): void {
  for (let i = 0; i < n; i++) addSquares(rows + <usize>i * stride, lanes + <usize>i * LANES, bytes);
}

/** Adds n float32 rows to the lanes of their squared distances: 8 for each pair, (0, 1), (0, 2) and so on to (n - 2, n - 1). */
export function distances(rows: usize, stride: usize, n: i32, lanes: usize, bytes: usize): void {
  for (let start: usize = 0; start < bytes; start += PART) {
    const part = min(PART, bytes - start);
    let pair = lanes;
    for (let i = 0; i < n; i++) {
      const row = rows + <usize>i * stride + start;
      let other = row;
      for (let j = i + 1; j < n; j++) {
        other += stride;
        addDistance(row, other, pair, part);
        pair += LANES;
      }
    }
  }
}
