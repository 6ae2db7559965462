/**
 * Squared Euclidean norm: a plain running sum of squares in float64, in order. Not finite exactly if some value is not,
 * because squares of float32 values cannot overflow a float64 sum. Norms are compared by their squares, so nobody needs a square root.
 */
export function squaredNorm(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    sum += value * value;
  }
  return sum;
}
