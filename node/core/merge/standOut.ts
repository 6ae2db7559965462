import type { Observed } from "./rule.ts";

/** Updates as far from the others as this many times the usual stand out. */
const FAR = 2;
/** Updates that were clipped to less than this share of their length stand out: adaptive clipping shortens some of any set a little. */
const SHORT = 0.5;
/** Two updates whose squared distance is below this share of the smaller squared norm are nearly the same. */
const SAME = 1e-6;

/** What is remarkable about one update of a merge: a hint where to look, not a verdict. Indices are those of the contributions. */
export interface StandOut {
  index: number;
  /** Length of the update. */
  norm: number;
  /** What it was multiplied by when it was clipped, 1 where it was not. */
  clipped: number;
  /** The rule left it out whole. */
  isDropped: boolean;
  /** Its distance to the others, the median of them, in multiples of what that is for the updates in the median; Infinity where that is 0. */
  times: number;
  /** Other updates that are nearly the same. */
  same: number[];
}

/**
 * Updates that were clipped by half or more, are at least twice as far from the others as usual, or nearly the same as another one: in
 * order. Of two updates none is far from the others. That a rule dropped an update is told with what stands out, but is no reason: it always
 * drops as many.
 */
export function standOut({ measures: { norms, distances }, clipped, dropped }: Observed): StandOut[] {
  const n = norms.length;
  const others = (i: number) => [...norms.keys()].filter((j) => j !== i);
  const between = (i: number, j: number) => distances[i * n + j] as number;
  const far = [...norms.keys()].map((i) => middle(others(i).map((j) => Math.sqrt(between(i, j)))));
  const usual = middle(far);
  return [...norms.keys()].flatMap((index) => {
    const norm = norms[index] as number;
    const distance = far[index] as number;
    const times = distance === 0 || n < 3 ? 1 : distance / usual;
    const same = others(index).filter((j) => between(index, j) < SAME * Math.min(norm, norms[j] as number));
    const factor = clipped[index] as number;
    if (times < FAR && factor >= SHORT && same.length === 0) return [];
    return [{ index, norm: Math.sqrt(norm), clipped: factor, isDropped: dropped.includes(index), times, same }];
  });
}

/** The lower of the two in the middle, of an even number; 0 of none. */
function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
}
