/** Rows that are added up before their sum is added to the whole: keeps the rounding of long sums small. */
const BLOCK: i32 = 256;

/** The sum of all rows of a matrix. @param out [columns] */
export function columnSums(x: usize, rows: i32, columns: i32, out: usize): void {
  const row = <usize>columns << 2;
  let at: usize = 0;
  for (; at + 16 <= row; at += 16) v128.store(out + at, f32x4.splat(0));
  for (; at < row; at += 4) store<f32>(out + at, 0);
  for (let from = 0; from < rows; from += BLOCK) {
    const count = min(BLOCK, rows - from);
    const start = x + <usize>from * row;
    at = 0;
    for (; at + 16 <= row; at += 16) {
      let sum = f32x4.splat(0);
      let value = start + at;
      for (let i = 0; i < count; i++) {
        sum = f32x4.add(sum, v128.load(value));
        value += row;
      }
      v128.store(out + at, f32x4.add(v128.load(out + at), sum));
    }
    for (; at < row; at += 4) {
      let sum: f32 = 0;
      let value = start + at;
      for (let i = 0; i < count; i++) {
        sum += load<f32>(value);
        value += row;
      }
      store<f32>(out + at, load<f32>(out + at) + sum);
    }
  }
}
