/** Sums over updates of one swarm, in float64; results that are sent as updates are rounded to float32 once. */

export function meanOf(vectors: readonly Float32Array[]): Float64Array {
  const mean = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors)
    for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] as number) + (vector[i] as number);
  return mean.map((sum) => sum / vectors.length);
}

/** Of each coordinate, with all vectors as the population. */
export function deviationOf(vectors: readonly Float32Array[]): Float64Array {
  const mean = meanOf(vectors);
  return mean.map((middle, i) =>
    Math.sqrt(vectors.reduce((sum, vector) => sum + ((vector[i] as number) - middle) ** 2, 0) / vectors.length),
  );
}

/** a + times * b */
export function plus(a: ArrayLike<number>, times: number, b: ArrayLike<number>): Float32Array {
  return Float32Array.from({ length: a.length }, (_, i) => (a[i] as number) + times * (b[i] as number));
}

export const times = (factor: number, a: ArrayLike<number>): Float32Array =>
  Float32Array.from(a, (value) => factor * value);

export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return Math.sqrt(sum);
}
