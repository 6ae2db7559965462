import { createPrng, shuffle } from "../../core/prng.ts";

/**
 * Puts a share of each class's rows aside for the comparison in the end.
 * @param labels of each row its class, from 0
 * @returns rows to train on and rows held out, both ascending
 */
export function holdOut(
  labels: ArrayLike<number>,
  share: number,
  seed: number,
): { training: number[]; heldOut: number[] } {
  const prng = createPrng(seed, 0x7e57);
  const training: number[] = [];
  const heldOut: number[] = [];
  const byClass = Map.groupBy(Array.from({ length: labels.length }).keys(), (row) => labels[row] as number);
  for (const label of [...byClass.keys()].sort((a, b) => a - b)) {
    const rows = shuffle(byClass.get(label) as number[], prng);
    const aside = Math.round(share * rows.length);
    heldOut.push(...rows.slice(0, aside));
    training.push(...rows.slice(aside));
  }
  const ascending = (a: number, b: number): number => a - b;
  return { training: training.sort(ascending), heldOut: heldOut.sort(ascending) };
}
