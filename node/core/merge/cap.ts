/** A cap is written in thousandths at the finest, so that it is a whole number of them. */
const WHOLE = 1000;

/** @returns the cap in thousandths; undefined where it is none: not within 0.001 to 1, or finer than thousandths */
export function capThousandths(cap: number): number | undefined {
  const thousandths = Math.round(cap * WHOLE);
  return thousandths >= 1 && thousandths <= WHOLE && thousandths / WHOLE === cap ? thousandths : undefined;
}

/** n contributors cannot all have less than an n-th. */
export function capNeeds(n: number, cap: number | undefined): string | undefined {
  if (cap === undefined || (capThousandths(cap) ?? WHOLE) * n >= WHOLE) return undefined;
  return `A mean with no share above ${cap} needs at least ${Math.ceil(WHOLE / (capThousandths(cap) ?? WHOLE))} contributions; there are ${n}.`;
}

/**
 * The weights with none above `cap` of their total: the largest ones, as few as possible, are lowered to one common value, so that each of
 * them has exactly that share. In integers, c the cap in thousandths: with the k largest weights lowered and R the sum of the others, the
 * common value is c * R / (1000 - k * c). k is the least, from 0 on, for which the largest of the others does not exceed it. For k = 0 the weights
 * stay as they are; else the lowered ones are c * R, and the others are multiplied by 1000 - k * c.
 * Products stay below 2^50 for 256 weights of 32 bits, and the total is 1000 * R.
 * @param weights positive integers, at least 1 / cap of them
 */
export function cappedWeights(weights: readonly number[], cap: number): number[] {
  const c = capThousandths(cap) as number;
  const falling = weights.toSorted((a, b) => b - a);
  let rest = falling.reduce((sum, weight) => sum + weight, 0);
  let k = 0;
  const largest = () => falling[k] as number;
  // For k = 0 the rest is all, and the bound is c / 1000 of it.
  while (largest() * (WHOLE - k * c) > c * rest) {
    rest -= largest();
    k++;
  }
  if (k === 0) return [...weights];
  const bound = c * rest;
  const factor = WHOLE - k * c;
  return weights.map((weight) => Math.min(weight * factor, bound));
}
