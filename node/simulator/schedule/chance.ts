import { type Prng, shuffle } from "../../core/prng.ts";

/** Choices out of one seeded source. */
export interface Chance {
  /** True with this probability. */
  is(probability: number): boolean;
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  pick<T>(from: readonly T[]): T;
  /** Different whole numbers below `limit`. */
  several(count: number, limit: number): number[];
  shuffled<T>(values: readonly T[]): T[];
}

export function chanceOf(prng: Prng): Chance {
  const whole = (least: number, most: number): number => least + prng.below(most - least + 1);
  const several = (count: number, limit: number): number[] =>
    shuffle(
      Array.from({ length: limit }, (_, i) => i),
      prng,
    ).slice(0, count);
  return {
    is: (probability) => prng.float() < probability,
    whole,
    pick: (from) => from[prng.below(from.length)] as (typeof from)[number],
    several,
    shuffled: (values) => several(values.length, values.length).map((i) => values[i] as (typeof values)[number]),
  };
}
