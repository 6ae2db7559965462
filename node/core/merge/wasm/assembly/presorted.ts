/** Rows on their way into the tile in which they are sorted. -0 may stay: it counts as 0 when sorted, and sums begin with 0, which it does not change. */

/** float32 bytes that are sorted at a time: n rows of it fit into the fastest cache for n up to 64. */
export const TILE: usize = 512;

/** Eight rows from `row` on, sorted to `copy`: Batcher's network for eight values, a letter for each of its six layers. */
// @ts-ignore: decorator
@inline
function sortEight<T>(row: usize, stride: usize, copy: usize): void {
  for (let i: usize = 0; i < TILE; i += 16) {
    const from = row + i;
    const x0 = v128.load(from);
    const x1 = v128.load(from + stride);
    const x2 = v128.load(from + 2 * stride);
    const x3 = v128.load(from + 3 * stride);
    const x4 = v128.load(from + 4 * stride);
    const x5 = v128.load(from + 5 * stride);
    const x6 = v128.load(from + 6 * stride);
    const x7 = v128.load(from + 7 * stride);
    const a0 = v128.pmin<T>(x1, x0);
    const a1 = v128.pmax<T>(x1, x0);
    const a2 = v128.pmin<T>(x3, x2);
    const a3 = v128.pmax<T>(x3, x2);
    const a4 = v128.pmin<T>(x5, x4);
    const a5 = v128.pmax<T>(x5, x4);
    const a6 = v128.pmin<T>(x7, x6);
    const a7 = v128.pmax<T>(x7, x6);
    const b0 = v128.pmin<T>(a2, a0);
    const b2 = v128.pmax<T>(a2, a0);
    const b1 = v128.pmin<T>(a3, a1);
    const b3 = v128.pmax<T>(a3, a1);
    const b4 = v128.pmin<T>(a6, a4);
    const b6 = v128.pmax<T>(a6, a4);
    const b5 = v128.pmin<T>(a7, a5);
    const b7 = v128.pmax<T>(a7, a5);
    const c1 = v128.pmin<T>(b2, b1);
    const c2 = v128.pmax<T>(b2, b1);
    const c5 = v128.pmin<T>(b6, b5);
    const c6 = v128.pmax<T>(b6, b5);
    const d0 = v128.pmin<T>(b4, b0);
    const d4 = v128.pmax<T>(b4, b0);
    const d1 = v128.pmin<T>(c5, c1);
    const d5 = v128.pmax<T>(c5, c1);
    const d2 = v128.pmin<T>(c6, c2);
    const d6 = v128.pmax<T>(c6, c2);
    const d3 = v128.pmin<T>(b7, b3);
    const d7 = v128.pmax<T>(b7, b3);
    const e2 = v128.pmin<T>(d4, d2);
    const e4 = v128.pmax<T>(d4, d2);
    const e3 = v128.pmin<T>(d5, d3);
    const e5 = v128.pmax<T>(d5, d3);
    const f1 = v128.pmin<T>(e2, d1);
    const f2 = v128.pmax<T>(e2, d1);
    const f3 = v128.pmin<T>(e4, e3);
    const f4 = v128.pmax<T>(e4, e3);
    const f5 = v128.pmin<T>(d6, e5);
    const f6 = v128.pmax<T>(d6, e5);
    const to = copy + i;
    v128.store(to, d0);
    v128.store(to + TILE, f1);
    v128.store(to + 2 * TILE, f2);
    v128.store(to + 3 * TILE, f3);
    v128.store(to + 4 * TILE, f4);
    v128.store(to + 5 * TILE, f5);
    v128.store(to + 6 * TILE, f6);
    v128.store(to + 7 * TILE, d7);
  }
}

/** The same of four rows. */
// @ts-ignore: decorator
@inline
function sortFour<T>(row: usize, stride: usize, copy: usize): void {
  for (let i: usize = 0; i < TILE; i += 16) {
    const from = row + i;
    const a = v128.load(from);
    const b = v128.load(from + stride);
    const c = v128.load(from + 2 * stride);
    const d = v128.load(from + 3 * stride);
    const ab = v128.pmin<T>(b, a);
    const ba = v128.pmax<T>(b, a);
    const cd = v128.pmin<T>(d, c);
    const dc = v128.pmax<T>(d, c);
    const low = v128.pmax<T>(cd, ab);
    const high = v128.pmin<T>(dc, ba);
    const to = copy + i;
    v128.store(to, v128.pmin<T>(cd, ab));
    v128.store(to + TILE, v128.pmin<T>(high, low));
    v128.store(to + 2 * TILE, v128.pmax<T>(high, low));
    v128.store(to + 3 * TILE, v128.pmax<T>(dc, ba));
  }
}

/**
 * Copies the rows' tile to `scratch`, and each eight rows from the first on sorted, and each four of those that are left over: what the
 * network would do first, in registers, where it costs a third of it. Rows that are left over then are copied only.
 */
// @ts-ignore: decorator
@inline
export function copySorted<T>(rows: usize, stride: usize, n: i32, scratch: usize): void {
  let j = 0;
  for (; j + 8 <= n; j += 8) sortEight<T>(rows + <usize>j * stride, stride, scratch + <usize>j * TILE);
  for (; j + 4 <= n; j += 4) sortFour<T>(rows + <usize>j * stride, stride, scratch + <usize>j * TILE);
  for (; j < n; j++) {
    const row = rows + <usize>j * stride;
    const copy = scratch + <usize>j * TILE;
    for (let i: usize = 0; i < TILE; i += 16) v128.store(copy + i, v128.load(row + i));
  }
}
