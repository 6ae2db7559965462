import type { Spread } from "./data.ts";

/** @returns undefined of none; of an even count the median is the mean of the middle two */
export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(half)] as number) + (sorted[Math.ceil(half)] as number)) / 2;
  return { low: sorted[0] as number, median, high: sorted.at(-1) as number };
}
