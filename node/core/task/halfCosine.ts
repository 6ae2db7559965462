/** Terms of the sine's series; beyond them nothing is left within float64 for arguments up to pi / 4. */
const TERMS = 8;

/**
 * (1 + cos(pi x)) / 2: from 1 at 0 to 0 at 1, flat at both ends. Sums, products and quotients only, so that every machine gets the same bits;
 * `Math.cos` promises no such thing.
 * @param x 0 to 1
 * @returns within 2e-16 of the true value
 */
export function halfCosine(x: number): number {
  // cos(2a) = 1 - 2 sin(a)^2, and the curve is the same from the other end.
  if (x > 0.5) return squared(sine((Math.PI / 2) * (1 - x)));
  return 1 - squared(sine((Math.PI / 2) * x));
}

/** Taylor's series, innermost term first. @param angle 0 to pi / 4 */
function sine(angle: number): number {
  const square = angle * angle;
  let series = 1;
  for (let n = TERMS; n >= 1; n--) series = 1 - (square / (2 * n * (2 * n + 1))) * series;
  return angle * series;
}

const squared = (value: number): number => value * value;
