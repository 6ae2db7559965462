/**
 * The value of a range at which an attack does most harm, by its own measure: some values that are tried first, then twice the middles between
 * the best and its neighbours. Harm need not be smooth (rules leave updates out), so this finds a good one and not surely the best one.
 * @param first ascending, at least one
 * @param harm larger is worse; not a number counts as no harm
 */
export function lineSearch(first: readonly number[], harm: (value: number) => number): number {
  const tried = first.map((value) => ({ value, harm: measured(harm(value)) }));
  for (let refined = 0; refined < 2; refined++) {
    const best = tried.reduce((a, b) => (b.harm > a.harm ? b : a));
    const at = tried.indexOf(best);
    for (const [low, high] of [
      [tried[at], tried[at + 1]],
      [tried[at - 1], tried[at]],
    ]) {
      if (low === undefined || high === undefined) continue;
      const value = (low.value + high.value) / 2;
      tried.splice(tried.indexOf(high), 0, { value, harm: measured(harm(value)) });
    }
  }
  return tried.reduce((a, b) => (b.harm > a.harm ? b : a)).value;
}

const measured = (harm: number): number => (Number.isNaN(harm) ? -Infinity : harm);
