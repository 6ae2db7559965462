/** The middle of some figures; of two middle ones the lower. NaN where there is none. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
}

export interface Timed {
  /** Seconds. */
  at: number;
  value: number;
}

export interface Growth {
  first: number;
  last: number;
  /** `last / first - 1`. */
  share: number;
}

/**
 * How figures grew: the median of the last part of the time against that of the first. Medians, since one figure says little.
 * @param part share of the time that is compared at either end, at most a half
 * @returns undefined where the figures span less than `leastSpan` seconds: then they say nothing
 */
export function growth(figures: readonly Timed[], part: number, leastSpan: number): Growth | undefined {
  const from = figures[0]?.at ?? 0;
  const span = (figures.at(-1)?.at ?? 0) - from;
  if (figures.length < 4 || span < leastSpan) return undefined;
  const first = median(figures.filter(({ at }) => at <= from + span * part).map(({ value }) => value));
  const last = median(figures.filter(({ at }) => at >= from + span * (1 - part)).map(({ value }) => value));
  return { first, last, share: last / first - 1 };
}

export interface Span {
  from: number;
  to: number;
}

/** Seconds that `span` shares with others, which may overlap each other. */
export function overlap(span: Span, others: readonly Span[]): number {
  let total = 0;
  let done = span.from;
  for (const { from, to } of others.toSorted((a, b) => a.from - b.from)) {
    const start = Math.max(done, from);
    const end = Math.min(span.to, to);
    if (end <= start) continue;
    total += end - start;
    done = end;
  }
  return total;
}

/** Whether they have a moment in common. */
export const touches = (a: Span, b: Span): boolean => a.from <= b.to && b.from <= a.to;
