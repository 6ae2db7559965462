type Pair = readonly [number, number];
/** Two rows, or four as `exchanges` says, by ascending rank. */
export type Exchange = Pair | readonly [number, number, number, number];

/**
 * The same comparators, (a, c), (b, d) and (b, c) put together to a, b, c, d wherever they follow each other, as they do throughout Batcher's network:
 * four rows are then read and written once instead of six.
 */
export function exchanges(comparators: readonly Pair[]): readonly Exchange[] {
  const made: (Exchange | undefined)[] = [];
  /** Index in `made` of what touched a row last. */
  const last = new Map<number, number>();
  const lastOf = (row: number): Exchange | undefined => made[last.get(row) ?? -1];
  const add = (exchange: Exchange): void => {
    for (const row of exchange) last.set(row, made.length);
    made.push(exchange);
  };
  /** With the two comparators before it, which may as well wait for it where nothing has touched their rows since. */
  const addTogether = ([b, c]: Pair): boolean => {
    const [first, second] = [lastOf(c), lastOf(b)];
    if (first?.length !== 2 || second?.length !== 2 || first === second) return false;
    if (first[1] !== c || second[0] !== b) return false;
    const [a, d] = [first[0], second[1]];
    if (lastOf(a) !== first || lastOf(d) !== second) return false;
    made[last.get(c) as number] = undefined;
    made[last.get(b) as number] = undefined;
    add([a, b, c, d]);
    return true;
  };
  for (const layer of layers(comparators)) for (const pair of layer.filter((it) => !addTogether(it))) add(pair);
  return made.filter((exchange) => exchange !== undefined);
}

/** The comparators in runs of which no two touch the same row, so that their order within a run is free. */
function layers(comparators: readonly Pair[]): Pair[][] {
  const runs: Pair[][] = [];
  let touched = new Set<number>();
  for (const pair of comparators) {
    if (runs.length === 0 || pair.some((row) => touched.has(row))) {
      runs.push([]);
      touched = new Set();
    }
    runs.at(-1)?.push(pair);
    for (const row of pair) touched.add(row);
  }
  return runs;
}
