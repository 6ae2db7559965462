import { madd } from "./fused";
import { pack } from "./pack";
import { put } from "./put";

/** Rows of b that are packed at a time: with eight columns 16 KiB, half of the fastest cache. */
const DEPTH: i32 = 512;
const COLUMNS: i32 = 8;

/**
 * c = a times b: c [m, n] row by row, a [m, k] and b [k, n] by their strides, one of which has to be 4 in each, so that a transposed
 * matrix is one whose strides are exchanged.
 * @param add whether c is added to, instead of written
 * @param scratch 16 KiB for packed columns, then 32 bytes
 */
export function gemm(
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  add: bool,
  scratch: usize,
): void {
  const cRow = <usize>n << 2;
  const spill = scratch + <usize>(DEPTH * COLUMNS * 4);
  for (let from = 0; from < k; from += DEPTH) {
    const depth = min(DEPTH, k - from);
    const left = a + <usize>from * aColumn;
    const right = b + <usize>from * bRow;
    const adds = add || from > 0;
    for (let column = 0; column < n; column += COLUMNS) {
      const width = min(COLUMNS, n - column);
      pack(right + <usize>column * bColumn, bRow, bColumn, depth, width, scratch);
      const to = c + (<usize>column << 2);
      let row = 0;
      if (aColumn === 4) {
        for (; row + 4 <= m; row += 4) {
          fourRows(left + <usize>row * aRow, aRow, scratch, depth, to + <usize>row * cRow, cRow, width, adds, spill);
        }
      } else {
        for (; row + 4 <= m; row += 4) {
          fourTurned(left + (<usize>row << 2), aColumn, scratch, depth, to + <usize>row * cRow, cRow, width, adds, spill);
        }
      }
      for (; row < m; row++) {
        oneRow(left + <usize>row * aRow, aColumn, scratch, depth, to + <usize>row * cRow, width, adds, spill);
      }
    }
  }
}

/** Four rows of c, where a's rows are whole in memory. */
function fourRows(
  a: usize,
  aRow: usize,
  b: usize,
  depth: i32,
  c: usize,
  cRow: usize,
  width: i32,
  add: bool,
  spill: usize,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  let a0 = a;
  let a1 = a0 + aRow;
  let a2 = a1 + aRow;
  let a3 = a2 + aRow;
  let left = depth;
  for (; left >= 2; left -= 2) {
    let low = v128.load(b);
    let high = v128.load(b, 16);
    let x = v128.load_splat<f32>(a0);
    c00 = madd(x, low, c00);
    c01 = madd(x, high, c01);
    x = v128.load_splat<f32>(a1);
    c10 = madd(x, low, c10);
    c11 = madd(x, high, c11);
    x = v128.load_splat<f32>(a2);
    c20 = madd(x, low, c20);
    c21 = madd(x, high, c21);
    x = v128.load_splat<f32>(a3);
    c30 = madd(x, low, c30);
    c31 = madd(x, high, c31);
    low = v128.load(b, 32);
    high = v128.load(b, 48);
    x = v128.load_splat<f32>(a0, 4);
    c00 = madd(x, low, c00);
    c01 = madd(x, high, c01);
    x = v128.load_splat<f32>(a1, 4);
    c10 = madd(x, low, c10);
    c11 = madd(x, high, c11);
    x = v128.load_splat<f32>(a2, 4);
    c20 = madd(x, low, c20);
    c21 = madd(x, high, c21);
    x = v128.load_splat<f32>(a3, 4);
    c30 = madd(x, low, c30);
    c31 = madd(x, high, c31);
    a0 += 8;
    a1 += 8;
    a2 += 8;
    a3 += 8;
    b += 64;
  }
  if (left > 0) {
    const low = v128.load(b);
    const high = v128.load(b, 16);
    let x = v128.load_splat<f32>(a0);
    c00 = madd(x, low, c00);
    c01 = madd(x, high, c01);
    x = v128.load_splat<f32>(a1);
    c10 = madd(x, low, c10);
    c11 = madd(x, high, c11);
    x = v128.load_splat<f32>(a2);
    c20 = madd(x, low, c20);
    c21 = madd(x, high, c21);
    x = v128.load_splat<f32>(a3);
    c30 = madd(x, low, c30);
    c31 = madd(x, high, c31);
  }
  put(c, c00, c01, width, add, spill);
  put(c + cRow, c10, c11, width, add, spill);
  put(c + 2 * cRow, c20, c21, width, add, spill);
  put(c + 3 * cRow, c30, c31, width, add, spill);
}

/** Four rows of c, where a's columns are whole in memory: four rows' values lie side by side. */
function fourTurned(
  a: usize,
  aColumn: usize,
  b: usize,
  depth: i32,
  c: usize,
  cRow: usize,
  width: i32,
  add: bool,
  spill: usize,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  for (let left = depth; left > 0; left--) {
    const low = v128.load(b);
    const high = v128.load(b, 16);
    let x = v128.load_splat<f32>(a);
    c00 = madd(x, low, c00);
    c01 = madd(x, high, c01);
    x = v128.load_splat<f32>(a, 4);
    c10 = madd(x, low, c10);
    c11 = madd(x, high, c11);
    x = v128.load_splat<f32>(a, 8);
    c20 = madd(x, low, c20);
    c21 = madd(x, high, c21);
    x = v128.load_splat<f32>(a, 12);
    c30 = madd(x, low, c30);
    c31 = madd(x, high, c31);
    a += aColumn;
    b += 32;
  }
  put(c, c00, c01, width, add, spill);
  put(c + cRow, c10, c11, width, add, spill);
  put(c + 2 * cRow, c20, c21, width, add, spill);
  put(c + 3 * cRow, c30, c31, width, add, spill);
}

/** One of the last rows, fewer than four. */
function oneRow(
  a: usize,
  aColumn: usize,
  b: usize,
  depth: i32,
  c: usize,
  width: i32,
  add: bool,
  spill: usize,
): void {
  let low = f32x4.splat(0);
  let high = low;
  for (let left = depth; left > 0; left--) {
    const x = v128.load_splat<f32>(a);
    low = madd(x, v128.load(b), low);
    high = madd(x, v128.load(b, 16), high);
    a += aColumn;
    b += 32;
  }
  put(c, low, high, width, add, spill);
}
