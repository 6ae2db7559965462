import type { Random } from "../../ports/random.ts";

/**
 * The same bytes for the same seed: for simulations and tests only, an onlooker can predict them.
 * Mulberry32, one byte a step. @param seed an integer of 32 bits
 */
export function createSeededRandom(seed: number): Random {
  let state = seed | 0;
  function nextByte(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 24;
  }
  return { bytes: (length) => Uint8Array.from({ length }, nextByte) };
}
