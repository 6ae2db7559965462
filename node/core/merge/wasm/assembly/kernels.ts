/**
 * The arithmetic of merges on blocks of a few thousand elements, two to four elements at a time. AssemblyScript, compiled by
 * `npm run build:kernels`; the orders of operations are those of the plain TypeScript beside it, to the bit. Every addition, product,
 * difference and quotient below is one that IEEE 754 rounds by itself: nothing is fused, relaxed or reordered.
 *
 * Memory belongs to the caller. A matrix is n rows that begin `stride` bytes after one another. `bytes` is what is worked on in each
 * float32 row, a multiple of 256 (64 elements); what lies behind a block's last element up to there has to be 0. float64 rows hold as
 * many elements in twice the bytes.
 *
 * Those that finish write float32(base + merged), -0 made 0, and return 0, or NaN where some value of the result is not finite: 0 times a
 * finite value is 0, 0 times anything else NaN.
 */

/** float32 bytes that are sorted at a time: n rows of it fit into the fastest cache for n up to 128. */
const TILE: usize = 256;

// @ts-ignore: decorator
@inline
function widened(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load_zero<u64>(at));
}

/** Four elements of the next model, from two times two merged ones. */
// @ts-ignore: decorator
@inline
function finished(base: usize, low: v128, high: v128): v128 {
  const zero = f64x2.splat(0);
  const a = f32x4.demote_f64x2_zero(f64x2.add(f64x2.add(widened(base), zero), low));
  const b = f32x4.demote_f64x2_zero(f64x2.add(f64x2.add(widened(base + 8), zero), high));
  return f32x4.add(v128.shuffle<i64>(a, b, 0, 2), f32x4.splat(0));
}

// @ts-ignore: decorator
@inline
function total(probe: v128): f32 {
  return (
    f32x4.extract_lane(probe, 0) +
    f32x4.extract_lane(probe, 1) +
    f32x4.extract_lane(probe, 2) +
    f32x4.extract_lane(probe, 3)
  );
}

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

/** @param network pairs of u32, offsets of two rows in `scratch`, which has n rows of one tile each */
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
    for (let j = 0; j < n; j++) {
      const row = rows + <usize>j * stride + tile;
      const copy = scratch + <usize>j * TILE;
      for (let i: usize = 0; i < TILE; i += 16) {
        v128.store(copy + i, f32x4.add(v128.load(row + i), f32x4.splat(0)));
      }
    }
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
    for (let j = 0; j < n; j++) memory.copy(scratch + <usize>j * TILE, rows + <usize>j * stride + tile, TILE);
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
