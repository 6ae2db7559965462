import { finished, total, widened } from "./element";

/** float32 bytes that are sorted at a time: n rows of it fit into the fastest cache for n up to 128. */
const TILE: usize = 256;

/** One comparator: a whole tile of two rows, smaller values to `a`: `x < y ? x : y` and `x < y ? y : x`. */
// @ts-ignore: decorator
@inline
function compare<T>(a: usize, b: usize): void {
  for (let i: usize = 0; i < TILE; i += 64) {
    const a0 = v128.load(a + i);
    const a1 = v128.load(a + i, 16);
    const a2 = v128.load(a + i, 32);
    const a3 = v128.load(a + i, 48);
    const b0 = v128.load(b + i);
    const b1 = v128.load(b + i, 16);
    const b2 = v128.load(b + i, 32);
    const b3 = v128.load(b + i, 48);
    v128.store(a + i, v128.pmin<T>(b0, a0));
    v128.store(b + i, v128.pmax<T>(a0, b0));
    v128.store(a + i, v128.pmin<T>(b1, a1), 16);
    v128.store(b + i, v128.pmax<T>(a1, b1), 16);
    v128.store(a + i, v128.pmin<T>(b2, a2), 32);
    v128.store(b + i, v128.pmax<T>(a2, b2), 32);
    v128.store(a + i, v128.pmin<T>(b3, a3), 48);
    v128.store(b + i, v128.pmax<T>(a3, b3), 48);
  }
}

/**
 * Copies the rows' tile to `scratch`, -0 made 0, and each four rows from the first on sorted: what the network would do first, in registers,
 * where it costs a third of it. Rows that are left over are copied only.
 */
// @ts-ignore: decorator
@inline
function copyFours<T>(rows: usize, stride: usize, n: i32, scratch: usize): void {
  const zero = v128.splat<T>(0);
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    const row = rows + <usize>j * stride;
    const copy = scratch + <usize>j * TILE;
    for (let i: usize = 0; i < TILE; i += 16) {
      const from = row + i;
      const a = v128.add<T>(v128.load(from), zero);
      const b = v128.add<T>(v128.load(from + stride), zero);
      const c = v128.add<T>(v128.load(from + 2 * stride), zero);
      const d = v128.add<T>(v128.load(from + 3 * stride), zero);
      const ab = v128.pmin<T>(b, a);
      const ba = v128.pmax<T>(b, a);
      const cd = v128.pmin<T>(d, c);
      const dc = v128.pmax<T>(d, c);
      const least = v128.pmin<T>(cd, ab);
      const low = v128.pmax<T>(cd, ab);
      const high = v128.pmin<T>(dc, ba);
      const most = v128.pmax<T>(dc, ba);
      const to = copy + i;
      v128.store(to, least);
      v128.store(to + TILE, v128.pmin<T>(high, low));
      v128.store(to + 2 * TILE, v128.pmax<T>(high, low));
      v128.store(to + 3 * TILE, most);
    }
  }
  for (; j < n; j++) {
    const row = rows + <usize>j * stride;
    const copy = scratch + <usize>j * TILE;
    for (let i: usize = 0; i < TILE; i += 16) v128.store(copy + i, v128.add<T>(v128.load(row + i), zero));
  }
}

/** @param network what is left of it after fours are sorted: pairs of u32, offsets of two rows in `scratch`, which has n rows of one tile each */
// @ts-ignore: decorator
@inline
function sort<T>(scratch: usize, network: usize, comparators: i32): void {
  for (let k = 0; k < comparators; k++) {
    const pair = network + (<usize>k << 3);
    compare<T>(scratch + <usize>load<u32>(pair), scratch + <usize>load<u32>(pair, 4));
  }
}

/** base + (sum of the values from rank `from` to before `to`, ascending) / divisor, of float32 rows, -0 made 0 first. */
export function sorted32(
  rows: usize,
  stride: usize,
  n: i32,
  network: usize,
  comparators: i32,
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
    copyFours<f32>(rows + tile, stride, n, scratch);
    sort<f32>(scratch, network, comparators);
    for (let i: usize = 0; i < TILE; i += 16) {
      let low = f64x2.splat(0);
      let high = f64x2.splat(0);
      for (let j = from; j < to; j++) {
        const row = scratch + <usize>j * TILE + i;
        low = f64x2.add(low, widened(row));
        high = f64x2.add(high, widened(row + 8));
      }
      const value = finished(base + tile + i, f64x2.div(low, by), f64x2.div(high, by));
      probe = f32x4.add(probe, f32x4.mul(value, f32x4.splat(0)));
      v128.store(out + tile + i, value);
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
  comparators: i32,
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
    copyFours<f64>(rows + tile, stride, n, scratch);
    sort<f64>(scratch, network, comparators);
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
