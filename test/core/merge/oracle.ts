import fc from "fast-check";
import type { OptimizerConfig } from "../../../node/core/merge/optimizer.ts";
import type { MergeConfig } from "../../../node/core/merge/rule.ts";

/**
 * The merge of one element, as dumb as it can be: exact fractions of BigInt, rounded by hand where the rules say that float64 or
 * float32 rounds. Shares no code with the product.
 */

/** An exact value: numerator / denominator, denominator a positive BigInt. */
type Fraction = readonly [bigint, bigint];

export function exact(value: number): Fraction {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const sign = bits >> 63n === 1n ? -1n : 1n;
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & ((1n << 52n) - 1n);
  const significand = exponent === 0n ? fraction : fraction | (1n << 52n);
  const power = (exponent === 0n ? 1n : exponent) - 1075n;
  return power >= 0n ? [sign * (significand << power), 1n] : [sign * significand, 1n << -power];
}

const plus = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d + c * b, b * d];
const times = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * c, b * d];
const over = ([a, b]: Fraction, [c, d]: Fraction): Fraction => (c < 0n ? [-a * d, -(b * c)] : [a * d, b * c]);

/** Rounds to the nearest multiple of 2^power that has at most `digits` binary digits, ties to even. */
function round([numerator, denominator]: Fraction, digits: bigint, leastPower: bigint): Fraction {
  const negative = numerator < 0n;
  const size = negative ? -numerator : numerator;
  if (size === 0n) return [0n, 1n];
  // The power of the last digit: so that size / denominator / 2^power lies in [2^(digits-1), 2^digits).
  let power = BigInt(size.toString(2).length - denominator.toString(2).length) - digits;
  const shifted = (p: bigint): Fraction => (p >= 0n ? [size, denominator << p] : [size << -p, denominator]);
  const quotient = (p: bigint) => shifted(p)[0] / shifted(p)[1];
  while (quotient(power) >= 1n << digits) power++;
  if (power < leastPower) power = leastPower;
  const [top, bottom] = shifted(power);
  let whole = top / bottom;
  const rest = 2n * (top % bottom);
  if (rest > bottom || (rest === bottom && whole % 2n === 1n)) whole++;
  const value: Fraction = power >= 0n ? [whole << power, 1n] : [whole, 1n << -power];
  return negative ? [-value[0], value[1]] : value;
}

const to64 = (x: Fraction) => round(x, 53n, -1074n);
const to32 = (x: Fraction) => round(x, 24n, -149n);

/** A fraction that a float64 holds exactly, as that float64. */
export function toNumber([numerator, denominator]: Fraction): number {
  const power = denominator.toString(2).length - 1;
  let value = Number(numerator);
  for (let left = power; left > 0; left -= 500) value /= 2 ** Math.min(left, 500);
  return value;
}

const compare = ([a, b]: Fraction, [c, d]: Fraction) => (a * d < c * b ? -1 : a * d > c * b ? 1 : 0);

function merged(deltas: number[], weights: number[], { rule, trim = 0 }: MergeConfig): Fraction {
  const values = deltas.map(exact);
  const sum = (list: Fraction[]) => list.reduce((total, value) => to64(plus(total, value)), [0n, 1n] as Fraction);
  if (rule === "mean") {
    const total = weights.reduce((a, b) => a + BigInt(b), 0n);
    return to64(
      over(sum(values.map((value, j) => to64(times([BigInt(weights[j] as number), 1n], value)))), [total, 1n]),
    );
  }
  const sorted = values.toSorted(compare);
  const n = sorted.length;
  if (rule === "trimmedMean") return to64(over(sum(sorted.slice(trim, n - trim)), [BigInt(n - 2 * trim), 1n]));
  const [lower, upper] = [sorted[Math.floor((n - 1) / 2)] as Fraction, sorted[Math.floor(n / 2)] as Fraction];
  return n % 2 === 1 ? lower : to64(over(sum([lower, upper]), [2n, 1n]));
}

/** What the merge of one element must be; undefined where it exceeds float32. */
export function oracle(base: number, deltas: number[], weights: number[], config: MergeConfig): number | undefined {
  const value = toNumber(to32(to64(plus(exact(base), merged(deltas, weights, config)))));
  return Math.abs(value) > 3.4028234663852886e38 ? undefined : value;
}

/** The float64 nearest to a square root: of so many digits that only the ones behind them, if there are any, decide how it is rounded. */
function root([numerator, denominator]: Fraction): Fraction {
  if (numerator === 0n) return [0n, 1n];
  // Denominators are powers of two; made an even power, far enough down.
  const scale = 1n << 1400n;
  const whole = (numerator * scale * scale) / denominator;
  let floor = 1n << BigInt(Math.ceil(whole.toString(2).length / 2));
  for (let next = (floor + whole / floor) / 2n; next < floor; next = (floor + whole / floor) / 2n) floor = next;
  const exactly = floor * floor === whole && (numerator * scale * scale) % denominator === 0n;
  return to64([2n * floor + (exactly ? 0n : 1n), 2n * scale]);
}

/** What an optimizer makes of one element: its weight and its state; undefined where one of them exceeds float32, or has no square root. */
export function oracleStep(
  optimizer: OptimizerConfig,
  [weight, ...state]: readonly number[],
  merged: number,
): number[] | undefined {
  const [w, m, v] = [weight as number, ...state].map(exact) as [Fraction, Fraction, Fraction];
  const d = exact(merged);
  const [add, multiply] = [
    (a: Fraction, b: Fraction) => to64(plus(a, b)),
    (a: Fraction, b: Fraction) => to64(times(a, b)),
  ];
  const rate = exact(optimizer.learningRate);
  const kept: Fraction[] = [];
  let step: Fraction;
  if (optimizer.type === "momentum") {
    const moved = to32(add(multiply(exact(optimizer.momentum), m), d));
    kept.push(moved);
    step = multiply(rate, moved);
  } else {
    const [beta1, beta2, epsilon] = [optimizer.beta1, optimizer.beta2, optimizer.epsilon].map(exact) as [
      Fraction,
      Fraction,
      Fraction,
    ];
    const rest = ([n, of]: Fraction): Fraction => to64(plus([1n, 1n], [-n, of]));
    const mean = to32(add(multiply(beta1, m), multiply(rest(beta1), d)));
    const squares = to32(add(multiply(beta2, v), multiply(multiply(rest(beta2), d), d)));
    if (squares[0] < 0n) return undefined;
    kept.push(mean, squares);
    step = to64(over(multiply(rate, mean), add(root(squares), epsilon)));
  }
  const values = [to32(add(w, step)), ...kept].map(toNumber);
  return values.every((value) => Math.abs(value) <= 3.4028234663852886e38) ? values : undefined;
}

/** Finite float32 values with all that is awkward: signed zeros, denormals, the largest, near-equal ones. */
export const float32 = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(
    0,
    -0,
    2 ** -149,
    -(2 ** -149),
    2 ** -126,
    3.4028234663852886e38,
    -3.4028234663852886e38,
    1,
    1 + 2 ** -23,
    -1,
  ),
  fc.float({ noNaN: true, min: -1, max: 1 }),
);
