/** How often each class was taken for each: `matrix[actual][predicted]`, [classes, classes]. */
export type ConfusionMatrix = number[][];

/** @param actual @param predicted class index of each row */
export function confusionMatrix(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): ConfusionMatrix {
  const matrix = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  for (let row = 0; row < actual.length; row++) {
    const counts = matrix[actual[row] ?? 0] as number[];
    const to = predicted[row] ?? 0;
    counts[to] = (counts[to] ?? 0) + 1;
  }
  return matrix;
}

/** Figures of one class against the rest; each 0 to 1, and 0 where there is nothing to divide by (as scikit-learn has it). */
export interface ClassFigures {
  /** Of the rows that were taken for the class, the share that is of it. */
  precision: number;
  /** Of the rows of the class, the share that was found: sensitivity. */
  recall: number;
  /** Harmonic mean of both. */
  f1: number;
  /** Rows of the class. */
  support: number;
}

/** One entry per class, in the matrix's order. */
export function perClass(matrix: ConfusionMatrix): ClassFigures[] {
  return matrix.map((row, label) => {
    const right = row[label] ?? 0;
    const support = sum(row);
    const taken = sum(matrix.map((counts) => counts[label] ?? 0));
    return {
      precision: ratio(right, taken),
      recall: ratio(right, support),
      f1: ratio(2 * right, taken + support),
      support,
    };
  });
}

/** Means over the classes, each counting the same, whether it occurs or not. */
export function macroMeans(classes: readonly ClassFigures[]): Omit<ClassFigures, "support"> {
  const mean = (name: keyof ClassFigures): number => sum(classes.map((each) => each[name])) / classes.length;
  return { precision: mean("precision"), recall: mean("recall"), f1: mean("f1") };
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
