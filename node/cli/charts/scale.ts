/** Values to places along an axis, and the values that are written at it. */
export interface Scale {
  min: number;
  max: number;
  ticks: number[];
  /** Place of a value, in units of the picture. */
  at(value: number): number;
}

export interface ScaleOptions {
  /** Ends of the axis; where they are left out, the values'. */
  min?: number | undefined;
  max?: number | undefined;
  /** Ticks at whole numbers only, as for rounds and counts. */
  whole?: boolean | undefined;
}

/**
 * An axis for these values, with ticks at 1, 2 or 5 times a power of ten. Ends that are not given widen to the next tick.
 * @param values finite ones count, others are left out; none at all make an axis from 0 to 1
 * @param places where the axis begins and ends, in units of the picture
 * @param count about how many ticks
 */
export function linearScale(
  values: Iterable<number>,
  options: ScaleOptions,
  [from, to]: readonly [number, number],
  count = 5,
): Scale {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = [options.min ?? 0, options.max ?? (options.min ?? 0) + 1];
  low = options.min ?? low;
  high = options.max ?? high;
  // Values that differ by less than ticks can say are one value.
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low <= Math.max(1e-9 * size, 1e-200)) {
    const room = size <= 1e-200 ? 1 : size / 2;
    if (options.max === undefined) high += room;
    if (options.min === undefined && options.whole !== true) low -= room;
    if (high <= low) low = high - room;
  }
  const step = Math.max(niceStep((high - low) / count), options.whole ? 1 : 0);
  const min = options.min ?? Math.floor(low / step + 1e-9) * step;
  let max = options.max ?? Math.ceil(high / step - 1e-9) * step;
  if (max <= min) max = min + step;
  const ticks: number[] = [];
  for (let i = Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i++)
    ticks.push(Number((i * step).toPrecision(12)));
  return { min, max, ticks, at: (value) => from + ((value - min) / (max - min)) * (to - from) };
}

/** The least of 1, 2 and 5 times a power of ten that is not below `rough`. */
export function niceStep(rough: number): number {
  if (!(rough > 0) || !Number.isFinite(rough)) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = rough / power;
  return (factor <= 1.0000001 ? 1 : factor <= 2.0000001 ? 2 : factor <= 5.0000001 ? 5 : 10) * power;
}

/** A number as short as a tick needs it: 0.25, 1,000, 1.5e-7, 20 k, 3 M. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(1).replace(".0e", "e");
  for (const [unit, word] of UNITS) if (size >= 10 * unit) return `${Number((value / unit).toPrecision(4))} ${word}`;
  return Number(value.toPrecision(6)).toLocaleString("en-US", { maximumFractionDigits: 6 });
}

const UNITS = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
] as const;
