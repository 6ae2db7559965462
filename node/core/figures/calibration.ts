/** Rows whose confidence lies in one part of 0 to 1: above `from`, up to `to` (the first has 0 too). */
export interface CalibrationBin {
  from: number;
  to: number;
  rows: number;
  /** Mean confidence and share of right answers; absent where the bin is empty. */
  confidence?: number;
  accuracy?: number;
}

/** Bins that a calibration is judged by, of equal width. */
export const CALIBRATION_BINS = 10;

/**
 * How often answers of a confidence are right. For two classes confidence is at least a half, so that half of the bins are empty.
 * @param confidences probability of the answer that was given, 0 to 1 (Guo et al. 2017, section 2)
 * @param isRight whether it was right
 */
export function calibrationBins(
  confidences: Float64Array,
  isRight: (index: number) => boolean,
  bins = CALIBRATION_BINS,
): CalibrationBin[] {
  const sums = Array.from({ length: bins }, () => ({ rows: 0, confidence: 0, right: 0 }));
  for (const [i, confidence] of confidences.entries()) {
    const bin = sums[Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1))];
    if (bin === undefined) continue;
    bin.rows++;
    bin.confidence += confidence;
    if (isRight(i)) bin.right++;
  }
  return sums.map(({ rows, confidence, right }, i) => ({
    from: i / bins,
    to: (i + 1) / bins,
    rows,
    ...(rows === 0 ? {} : { confidence: confidence / rows, accuracy: right / rows }),
  }));
}

/** Expected calibration error: mean distance between confidence and accuracy, by how many rows a bin has (Guo et al. 2017, equation 3). 0 to 1. */
export function expectedCalibrationError(bins: readonly CalibrationBin[]): number {
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0);
  return bins.reduce(
    (sum, { rows: own, confidence = 0, accuracy = 0 }) => sum + (own / rows) * Math.abs(confidence - accuracy),
    0,
  );
}

/**
 * Mean squared distance between probabilities and what was the case (Brier 1950). Two classes: of class 1 alone, 0 to 1; more: summed over the
 * classes, 0 to 2, as scikit-learn has both.
 * @param probabilities [rows, classes]
 */
export function brierScore(probabilities: Float64Array, labels: ArrayLike<number>, classes: number): number {
  let sum = 0;
  for (let row = 0; row < labels.length; row++) {
    for (let label = classes === 2 ? 1 : 0; label < classes; label++) {
      const distance = (probabilities[row * classes + label] ?? 0) - (labels[row] === label ? 1 : 0);
      sum += distance * distance;
    }
  }
  return sum / labels.length;
}
