import { network } from "../sortColumns.ts";

/**
 * The comparators of the sorting network for n values that the ranks from `from` to before `to` depend on. The others move only what is
 * left out: ten of 63 for the median of 16. Those that the kernels do while they copy the rows (`presorted.ts`) are left away too: the first ones
 * within each eight rows, and within four of those that are left over.
 */
export function selection(n: number, from: number, to: number): readonly (readonly [number, number])[] {
  const needed = new Set<number>();
  for (let rank = from; rank < to; rank++) needed.add(rank);
  const kept: (readonly [number, number])[] = [];
  for (const comparator of afterCopying(n).toReversed()) {
    if (!comparator.some((rank) => needed.has(rank))) continue;
    for (const rank of comparator) needed.add(rank);
    kept.push(comparator);
  }
  return kept.toReversed();
}

function afterCopying(n: number): readonly (readonly [number, number])[] {
  const all = network(n);
  // Batcher's network sorts pairs, then fours, then eights: before one comparator crosses groups of a size, all of the groups' own have come.
  const crosses = (size: number): number => {
    const at = all.findIndex(([low, high]) => Math.floor(low / size) !== Math.floor(high / size));
    return at < 0 ? all.length : at;
  };
  const afterEights = crosses(8);
  const afterFours = crosses(4);
  const inEights = n - (n % 8);
  const inFours = n - (n % 4);
  return all.filter(([, high], at) => at >= (high < inEights ? afterEights : high < inFours ? afterFours : 0));
}
