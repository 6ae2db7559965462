import { finished, total, widened } from "./element";
import { copySorted, TILE } from "./presorted";

/** One comparator: a whole tile of two rows, smaller values to `a`: `x < y ? x : y` and `x < y ? y : x`. */
// @ts-ignore: decorator
@inline
function exchangeTwo<T>(a: usize, b: usize): void {
  for (let i: usize = 0; i < TILE; i += 32) {
    const a0 = v128.load(a + i);
    const a1 = v128.load(a + i, 16);
    const b0 = v128.load(b + i);
    const b1 = v128.load(b + i, 16);
    v128.store(a + i, v128.pmin<T>(b0, a0));
    v128.store(b + i, v128.pmax<T>(a0, b0));
    v128.store(a + i, v128.pmin<T>(b1, a1), 16);
    v128.store(b + i, v128.pmax<T>(a1, b1), 16);
  }
}

/** The comparators (a, c), (b, d), (b, c), reading and writing each row once. */
// @ts-ignore: decorator
@inline
function exchangeFour<T>(a: usize, b: usize, c: usize, d: usize): void {
  for (let i: usize = 0; i < TILE; i += 16) {
    const a0 = v128.load(a + i);
    const b0 = v128.load(b + i);
    const c0 = v128.load(c + i);
    const d0 = v128.load(d + i);
    const b1 = v128.pmin<T>(d0, b0);
    const c1 = v128.pmax<T>(c0, a0);
    v128.store(a + i, v128.pmin<T>(c0, a0));
    v128.store(b + i, v128.pmin<T>(c1, b1));
    v128.store(c + i, v128.pmax<T>(c1, b1));
    v128.store(d + i, v128.pmax<T>(d0, b0));
  }
}

/** @param network what is left of it after eights and fours are sorted: four u32 each, offsets of rows in `scratch`, which has n rows of one tile each; of two rows the other two are the same */
// @ts-ignore: decorator
@inline
function sort<T>(scratch: usize, network: usize, exchanges: i32): void {
  for (let k = 0; k < exchanges; k++) {
    const rows = network + (<usize>k << 4);
    const a = scratch + <usize>load<u32>(rows);
    const b = scratch + <usize>load<u32>(rows, 4);
    const c = scratch + <usize>load<u32>(rows, 8);
    const d = scratch + <usize>load<u32>(rows, 12);
    if (c == d) exchangeTwo<T>(a, b);
    else exchangeFour<T>(a, b, c, d);
  }
}

/** Four elements of the next model to `out`. @returns 0 in each lane, or NaN where the value is not finite */
// @ts-ignore: decorator
@inline
function divided(base: usize, low: v128, high: v128, by: v128, out: usize): v128 {
  const value = finished(base, f64x2.div(low, by), f64x2.div(high, by));
  v128.store(out, value);
  return f32x4.mul(value, f32x4.splat(0));
}

/** base + (sum of the values from rank `from` to before `to`, ascending) / divisor, of finite float32 rows. */
export function sorted32(
  rows: usize,
  stride: usize,
  n: i32,
  network: usize,
  exchanges: i32,
  from: i32,
  to: i32,
  divisor: f64,
  base: usize,
  out: usize,
  bytes: usize,
  scratch: usize,
): f32 {
  const by = f64x2.splat(divisor);
  let probe = f32x4.splat(0);
  for (let tile: usize = 0; tile < bytes; tile += TILE) {
    copySorted<f32>(rows + tile, stride, n, scratch);
    sort<f32>(scratch, network, exchanges);
    // Eight elements at a time: one running sum has to wait for itself, four do not wait.
    for (let i: usize = 0; i < TILE; i += 32) {
      let a = f64x2.splat(0);
      let b = f64x2.splat(0);
      let c = f64x2.splat(0);
      let d = f64x2.splat(0);
      const last = scratch + <usize>to * TILE + i;
      for (let row = scratch + <usize>from * TILE + i; row < last; row += TILE) {
        a = f64x2.add(a, widened(row));
        b = f64x2.add(b, widened(row + 8));
        c = f64x2.add(c, widened(row + 16));
        d = f64x2.add(d, widened(row + 24));
      }
      const at = tile + i;
      probe = f32x4.add(probe, divided(base + at, a, b, by, out + at));
      probe = f32x4.add(probe, divided(base + at + 16, c, d, by, out + at + 16));
    }
  }
  return total(probe);
}

/** The same of float64 rows, which pre-steps made; they are finite and without -0. */
export function sorted64(
  rows: usize,
  stride: usize,
  n: i32,
  network: usize,
  exchanges: i32,
  from: i32,
  to: i32,
  divisor: f64,
  base: usize,
  out: usize,
  bytes: usize,
  scratch: usize,
): f32 {
  const by = f64x2.splat(divisor);
  let probe = f32x4.splat(0);
  for (let tile: usize = 0; tile < 2 * bytes; tile += TILE) {
    copySorted<f64>(rows + tile, stride, n, scratch);
    sort<f64>(scratch, network, exchanges);
    for (let i: usize = 0; i < TILE; i += 32) {
      let low = f64x2.splat(0);
      let high = f64x2.splat(0);
      for (let j = from; j < to; j++) {
        const row = scratch + <usize>j * TILE + i;
        low = f64x2.add(low, v128.load(row));
        high = f64x2.add(high, v128.load(row, 16));
      }
      const at = (tile + i) >> 1;
      const value = finished(base + at, f64x2.div(low, by), f64x2.div(high, by));
      probe = f32x4.add(probe, f32x4.mul(value, f32x4.splat(0)));
      v128.store(out + at, value);
    }
  }
  return total(probe);
}
