/** Two rows, or four as `quads` says, by ascending rank. */
export type Exchange = readonly [number, number] | readonly [number, number, number, number];

/**
 * The same comparators, (a, c), (b, d) and (b, c) put together to a, b, c, d wherever they follow each other, as they do throughout Batcher's network:
 * four rows are then read and written once instead of six. Rows that no comparator between touches may as well wait for the third one.
 */
export function exchanges(comparators: readonly (readonly [number, number])[]): readonly Exchange[] {
  const made: (Exchange | undefined)[] = [];
  /** Where in `made` a row was touched last. */
  const last = new Map<number, number>();
  const lastOf = (row: number): Exchange | undefined => made[last.get(row) ?? -1];
  for (const [b, c] of comparators) {
    const first = lastOf(c);
    const second = lastOf(b);
    const at = made.length;
    if (isPair(first) && isPair(second) && first !== second && first[1] === c && second[0] === b) {
      const [a, d] = [first[0], second[1]];
      if (lastOf(a) === first && lastOf(d) === second) {
        made[made.indexOf(first)] = undefined;
        made[made.indexOf(second)] = undefined;
        made.push([a, b, c, d]);
        for (const row of [a, b, c, d]) last.set(row, at);
        continue;
      }
    }
    made.push([b, c]);
    last.set(b, at);
    last.set(c, at);
  }
  return made.filter((exchange) => exchange !== undefined);
}

const isPair = (exchange: Exchange | undefined): exchange is readonly [number, number] => exchange?.length === 2;
