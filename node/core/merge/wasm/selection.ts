import { network } from "../sortColumns.ts";

/** Rows that the kernels sort among themselves when they load them: the first comparators of the network are those within fours. */
const FOUR = 4;

/**
 * The comparators of the sorting network for n values that the ranks from `from` to before `to` depend on. The others move only what is
 * left out: ten of 63 for the median of 16. Those
 * of whole fours that come first are left away too: the kernels have done them.
 */
export function selection(n: number, from: number, to: number): readonly (readonly [number, number])[] {
  const needed = new Set<number>();
  for (let rank = from; rank < to; rank++) needed.add(rank);
  const kept: (readonly [number, number])[] = [];
  const all = network(n);
  const four = (rank: number): number => Math.floor(rank / FOUR);
  const first = all.findIndex(([low, high]) => four(low) !== four(high));
  const sorted = n - (n % FOUR);
  const left = all.filter(([, high], at) => high >= sorted || (first >= 0 && at >= first));
  for (const comparator of left.toReversed()) {
    if (!comparator.some((rank) => needed.has(rank))) continue;
    for (const rank of comparator) needed.add(rank);
    kept.push(comparator);
  }
  return kept.toReversed();
}
