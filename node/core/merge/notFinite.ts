/** The index of the first value that is not finite, -1 if all are. */
export function firstNotFinite(values: Float32Array | Float64Array): number {
  // One product says it for all: 0 times a finite value is 0 (or -0), anything else is NaN.
  let probe = 0;
  for (let i = 0; i < values.length; i++) probe += (values[i] as number) * 0;
  return probe === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value));
}
