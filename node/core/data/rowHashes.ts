/** Rows as arrays: features [rows, width], a label each. */
export interface Rows {
  features: Float32Array;
  labels: Int32Array;
  rows: number;
  width: number;
}

const NAN_BITS = 0x7fc00000;
const NEGATIVE_ZERO = 0x80000000;

/**
 * One uint32 per row: MurmurHash3 (32 bit, Appleby) over the bits of its values as float32 and its label. Equal rows have equal hashes: all
 * NaN count as one value, and so do 0 and -0.
 */
export function rowHashes(data: Rows, seed: number): Uint32Array {
  const { features, labels, rows, width } = data;
  const bits = new Uint32Array(features.buffer, features.byteOffset, rows * width);
  const hashes = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    let hash = seed | 0;
    for (let i = row * width; i < (row + 1) * width; i++) {
      let word = bits[i] as number;
      if ((word & 0x7fffffff) > 0x7f800000) word = NAN_BITS;
      else if (word === NEGATIVE_ZERO) word = 0;
      hash = mix(hash, word);
    }
    hash = mix(hash, labels[row] as number) ^ (4 * (width + 1));
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hashes[row] = hash ^ (hash >>> 16);
  }
  return hashes;
}

function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const mixed = hash ^ k;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
