/**
 * Copies up to eight columns of a matrix side by side, row by row: what a product reads again and again then lies in a row. Columns
 * that are missing are 0.
 */
export function pack(b: usize, bRow: usize, bColumn: usize, depth: i32, width: i32, to: usize): void {
  if (width < 8) packFew(b, bRow, bColumn, depth, width, to);
  else if (bColumn === 4) packRows(b, bRow, depth, to);
  else packTurned(b, bColumn, depth, to);
}

function packRows(b: usize, bRow: usize, depth: i32, to: usize): void {
  for (let left = depth; left > 0; left--) {
    v128.store(to, v128.load(b));
    v128.store(to, v128.load(b, 16), 16);
    b += bRow;
    to += 32;
  }
}

/** Eight columns, each of which is whole in memory: four rows at a time by way of two squares. */
function packTurned(b: usize, bColumn: usize, depth: i32, to: usize): void {
  let left = depth;
  for (; left >= 4; left -= 4) {
    turn(b, bColumn, to);
    turn(b + 4 * bColumn, bColumn, to + 16);
    b += 16;
    to += 128;
  }
  for (; left > 0; left--) {
    for (let column: usize = 0; column < 8; column++) store<f32>(to + (column << 2), load<f32>(b + column * bColumn));
    b += 4;
    to += 32;
  }
}

/** A square of 4 x 4, turned; rows of the result are 32 bytes apart. */
// @ts-ignore: decorator
@inline
function turn(b: usize, bColumn: usize, to: usize): void {
  const x0 = v128.load(b);
  const x1 = v128.load(b + bColumn);
  const x2 = v128.load(b + 2 * bColumn);
  const x3 = v128.load(b + 3 * bColumn);
  const low01 = v128.shuffle<i32>(x0, x1, 0, 4, 1, 5);
  const low23 = v128.shuffle<i32>(x2, x3, 0, 4, 1, 5);
  const high01 = v128.shuffle<i32>(x0, x1, 2, 6, 3, 7);
  const high23 = v128.shuffle<i32>(x2, x3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(low01, low23, 0, 2));
  v128.store(to, v128.shuffle<i64>(low01, low23, 1, 3), 32);
  v128.store(to, v128.shuffle<i64>(high01, high23, 0, 2), 64);
  v128.store(to, v128.shuffle<i64>(high01, high23, 1, 3), 96);
}

function packFew(b: usize, bRow: usize, bColumn: usize, depth: i32, width: i32, to: usize): void {
  for (let row = 0; row < depth; row++) {
    v128.store(to, f32x4.splat(0));
    v128.store(to, f32x4.splat(0), 16);
    let from = b;
    for (let column = 0; column < width; column++) {
      store<f32>(to + (<usize>column << 2), load<f32>(from));
      from += bColumn;
    }
    b += bRow;
    to += 32;
  }
}
