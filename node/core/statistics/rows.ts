/** Least variance that a feature is taken to have, of values between 0 and 1: one that never changes is not blown up. */
const LEAST_VARIANCE = 1e-6;

/**
 * What a node publishes of its rows in the statistics round: sums in float64, in the rows' order, each rounded once to float32.
 * @param features [rows, width], each from 0 to 1 @returns of each feature the mean and the mean of its square
 */
export function statisticsOf(features: Float32Array, width: number): { mean: Float32Array; square: Float32Array } {
  const sums = new Float64Array(width);
  const squares = new Float64Array(width);
  for (let i = 0; i < features.length; i++) {
    const value = features[i] as number;
    sums[i % width] = (sums[i % width] as number) + value;
    squares[i % width] = (squares[i % width] as number) + value * value;
  }
  const rows = Math.max(1, features.length / width);
  return {
    mean: Float32Array.from(sums, (sum) => sum / rows),
    square: Float32Array.from(squares, (sum) => sum / rows),
  };
}

/**
 * Rows by agreed statistics: (value - mean) / sqrt(square - mean^2), a variance below 1e-6 counting as that.
 * @param features [rows, width], left as they are @param mean of each feature @param square mean of its square
 */
export function normalizeRows(features: Float32Array, mean: Float32Array, square: Float32Array): Float32Array {
  const width = mean.length;
  const scale = deviationsOf(mean, square).map((deviation) => 1 / deviation);
  return features.map((value, i) => (value - (mean[i % width] as number)) * (scale[i % width] as number));
}

/** Of each feature sqrt(square - mean^2), a variance below 1e-6 counting as that. */
export function deviationsOf(mean: Float32Array, square: Float32Array): Float64Array {
  return Float64Array.from(mean, (value, i) =>
    Math.sqrt(Math.max(LEAST_VARIANCE, (square[i] as number) - value * value)),
  );
}
