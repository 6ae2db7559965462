/**
 * The mean of client parts, each weighted by its client's rows: sums in float64 in the order given, one division, one rounding to float32. Everyone who
 * averages the same parts gets the same bits. @param parts of equal length, at least one
 */
export function averageParts(parts: readonly { values: Float32Array; weight: number }[]): Float32Array {
  const [first] = parts;
  if (first === undefined) throw new RangeError("there is no part to average");
  if (parts.length === 1) return first.values.slice();
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  return Float32Array.from(
    first.values,
    (_, i) => parts.reduce((sum, { values, weight }) => sum + weight * (values[i] as number), 0) / total,
  );
}
