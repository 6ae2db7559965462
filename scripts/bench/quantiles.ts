export interface Quantiles {
  min: number;
  median: number;
  p90: number;
  max: number;
}

/** Nearest-rank quantiles of at least one figure. */
export function quantiles(figures: readonly number[]): Quantiles {
  const sorted = [...figures].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { min: sorted[0] ?? Number.NaN, median: at(0.5), p90: at(0.9), max: sorted.at(-1) ?? Number.NaN };
}
