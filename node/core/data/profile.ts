import { type Rows, rowHashes } from "./rowHashes.ts";

/** What a feature's values are like, over the rows where it is not missing. */
export interface FeatureProfile {
  missing: number;
  /** These are NaN where no value is there. */
  min: number;
  max: number;
  mean: number;
  /** Of the values themselves (divided by their number). */
  std: number;
  /** How it goes with the label: "equal" has one value per class and another in each, "separable" has ranges per class that do not overlap. */
  label: "equal" | "separable" | undefined;
}

/** Figures of a clinic's rows; none of them is a row. */
export interface DataProfile {
  rows: number;
  /** Rows by class index. */
  classes: number[];
  features: FeatureProfile[];
  /** Rows with a missing value. */
  incomplete: number;
  /** Rows that are equal to an earlier one, by a 53-bit hash of values and label. */
  duplicates: number;
}

/** Ranges per class are kept for so many pairs of feature and class at the most: 64 MiB. */
const MAX_RANGES = 4_194_304;
/** Fewer rows of a class than this are too few to call its range a range. */
const LEAST_FOR_RANGE = 8;

/** @param data features may be NaN where they are missing @param classes how many there are */
export function profileOf(data: Rows, classes: number): DataProfile {
  const { features, labels, rows, width } = data;
  const count = new Float64Array(width);
  const mean = new Float64Array(width);
  const squares = new Float64Array(width);
  const ranges = width * classes <= MAX_RANGES ? classes : 1;
  const least = new Float64Array(width * ranges).fill(Infinity);
  const most = new Float64Array(width * ranges).fill(-Infinity);
  const perClass = Array.from({ length: classes }, () => 0);
  let incomplete = 0;
  for (let row = 0; row < rows; row++) {
    const label = labels[row] as number;
    perClass[label] = (perClass[label] ?? 0) + 1;
    let whole = true;
    for (let i = 0; i < width; i++) {
      const value = features[row * width + i] as number;
      if (Number.isNaN(value)) {
        whole = false;
        continue;
      }
      // Welford's running mean and sum of squares: exact enough also where the mean is far from 0.
      const seen = (count[i] = (count[i] as number) + 1);
      const delta = value - (mean[i] as number);
      mean[i] = (mean[i] as number) + delta / seen;
      squares[i] = (squares[i] as number) + delta * (value - (mean[i] as number));
      const at = i * ranges + (ranges === 1 ? 0 : label);
      if (value < (least[at] as number)) least[at] = value;
      if (value > (most[at] as number)) most[at] = value;
    }
    if (!whole) incomplete++;
  }
  const profile = (i: number): FeatureProfile => {
    const low = least.subarray(i * ranges, (i + 1) * ranges);
    const high = most.subarray(i * ranges, (i + 1) * ranges);
    const seen = count[i] as number;
    const none = seen === 0;
    return {
      missing: rows - seen,
      min: none ? Number.NaN : Math.min(...low),
      max: none ? Number.NaN : Math.max(...high),
      mean: none ? Number.NaN : (mean[i] as number),
      std: none ? Number.NaN : Math.sqrt((squares[i] as number) / seen),
      label: ranges === 1 ? undefined : relation(low, high, perClass),
    };
  };
  return {
    rows,
    classes: perClass,
    features: Array.from({ length: width }, (_, i) => profile(i)),
    incomplete,
    duplicates: duplicatesOf(data),
  };
}

function relation(low: Float64Array, high: Float64Array, perClass: readonly number[]): FeatureProfile["label"] {
  const present = [...low.keys()].filter(
    (label) => (perClass[label] ?? 0) >= LEAST_FOR_RANGE && low[label] !== Infinity,
  );
  if (present.length < 2) return undefined;
  const sorted = present.sort((a, b) => (low[a] as number) - (low[b] as number));
  const apart = sorted.every(
    (label, i) => i === 0 || (low[label] as number) > (high[sorted[i - 1] as number] as number),
  );
  if (!apart) return undefined;
  return sorted.every((label) => low[label] === high[label]) ? "equal" : "separable";
}

function duplicatesOf(data: Rows): number {
  const first = rowHashes(data, 1);
  const second = rowHashes(data, 2);
  const keys = new Float64Array(data.rows);
  for (let row = 0; row < data.rows; row++)
    keys[row] = (first[row] as number) * 2 ** 21 + ((second[row] as number) >>> 11);
  keys.sort();
  let duplicates = 0;
  for (let i = 1; i < keys.length; i++) if (keys[i] === keys[i - 1]) duplicates++;
  return duplicates;
}
