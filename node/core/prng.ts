/** A seeded source for shuffles, splits and first models: reproducible, not secret. Never for salts, keys or privacy noise. */
export interface Prng {
  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number;
  /** A whole number from 0 to `limit` - 1, each equally likely. @param limit 1 to 2^32 */
  below(limit: number): number;
  /** A multiple of 2^-24 from 0 to less than 1, exact as float32. */
  float(): number;
}

/** xoshiro128** (Blackman and Vigna 2018), its state filled from the seed words by SplitMix32. @param seed uint32 words; any number of them */
export function createPrng(...seed: number[]): Prng {
  let mixed = 0x9e3779b9;
  for (const word of seed) mixed = splitMix(mixed ^ (word >>> 0));
  let a = splitMix(mixed + 1);
  let b = splitMix(mixed + 2);
  let c = splitMix(mixed + 3);
  // SplitMix32 is a bijection, so at most one of the four words is zero: never the all-zero state that xoshiro stays in.
  let d = splitMix(mixed + 4);
  const uint32 = () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
  const below = (limit: number) => {
    // Numbers past the last whole multiple of the limit would favour small remainders.
    const end = 4294967296 - (4294967296 % limit);
    let value = uint32();
    while (value >= end) value = uint32();
    return value % limit;
  };
  return { uint32, below, float: () => (uint32() >>> 8) / 16777216 };
}

/** Puts an array into random order in place (Fisher and Yates) and returns it. */
export function shuffle<T extends number[] | Uint32Array>(values: T, prng: Prng): T {
  for (let i = values.length - 1; i > 0; i--) {
    const j = prng.below(i + 1);
    const held = values[i] as number;
    values[i] = values[j] as number;
    values[j] = held;
  }
  return values;
}

function splitMix(state: number): number {
  let z = (state + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
