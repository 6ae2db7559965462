import type { Prng } from "../../core/prng.ts";

/** From the standard normal distribution (Box and Muller; the second of the pair is left unused). */
export function normal(prng: Prng): number {
  // 1 - float() is never 0, so the logarithm is finite.
  return Math.sqrt(-2 * Math.log(1 - prng.float())) * Math.cos(2 * Math.PI * prng.float());
}

/** From the gamma distribution of scale 1 (Marsaglia and Tsang, 2000). @param shape more than 0 */
export function gamma(shape: number, prng: Prng): number {
  if (shape < 1) return gamma(shape + 1, prng) * (1 - prng.float()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(prng);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - prng.float()) < x ** 2 / 2 + d * (1 - v + Math.log(v))) return d * v;
  }
}

/** `count` shares that add up to 1, from the symmetric Dirichlet distribution: a small alpha makes them very unequal. */
export function dirichlet(count: number, alpha: number, prng: Prng): number[] {
  for (;;) {
    const parts = Array.from({ length: count }, () => gamma(alpha, prng));
    const total = parts.reduce((sum, part) => sum + part, 0);
    // With a tiny alpha all parts can be too small for a float64.
    if (total > 0) return parts.map((part) => part / total);
  }
}
