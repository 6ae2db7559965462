import { network } from "../sortColumns.ts";

/**
 * The comparators of the sorting network for n values that the ranks from `from` to before `to` depend on. The others move only what is
 * left out: ten of 63 for the median of 16.
 */
export function selection(n: number, from: number, to: number): readonly (readonly [number, number])[] {
  const needed = new Set<number>();
  for (let rank = from; rank < to; rank++) needed.add(rank);
  const kept: (readonly [number, number])[] = [];
  for (const comparator of network(n).toReversed()) {
    if (!comparator.some((rank) => needed.has(rank))) continue;
    for (const rank of comparator) needed.add(rank);
    kept.push(comparator);
  }
  return kept.toReversed();
}
