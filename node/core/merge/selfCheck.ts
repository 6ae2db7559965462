import { SwarmError } from "../errors.ts";
import { defaultMerge } from "./defaultMerge.ts";
import type { MergeKernels } from "./kernels.ts";
import { mergeModel } from "./merge.ts";
import { plainKernels } from "./plainKernels.ts";
import type { MergeConfig, MergeContext } from "./rule.ts";

/**
 * Start-up check that this machine's arithmetic is the one that merges are defined in: IEEE 754 float64 and float32, rounded to
 * nearest even, denormals kept, no fused multiply-add, square roots correctly rounded. A node that fails would vote for models that
 * nobody else computes, so it must not start.
 * @param kernels those that it merges with
 * @throws SwarmError ARITHMETIC_DIFFERS naming the vector
 */
export function selfCheck(kernels: MergeKernels = plainKernels): void {
  for (const [name, expected, compute] of vectors) {
    const given = compute(kernels);
    if (Object.is(given, expected)) continue;
    const message = `This machine computes "${name}" as ${given} instead of ${expected}: its merges would differ. Run the node on other hardware or another Node.js build.`;
    throw new SwarmError("ARITHMETIC_DIFFERS", message, { name, expected, given });
  }
}

/** Keeps the compiler from folding constants: what is checked is the machine at run time. */
function hide(value: number): number {
  return new Float64Array([value])[0] as number;
}

function stored(value: number): number {
  return new Float32Array([hide(value)])[0] as number;
}

/** More than kernels take at a time, and no multiple of it. */
const ELEMENTS = 67;

const CONTEXT: MergeContext = { f: 1, seed: `0x${"00".repeat(32)}` };

/** The value that a merge of tensors gives whose elements are all the same; NaN where those of the result are not. */
function merged(
  base: number,
  deltas: number[],
  config: MergeConfig,
  weights = deltas.map(() => 1),
  elements = ELEMENTS,
) {
  const specs = [{ name: "v", shape: [elements] }];
  const all = (value: number) => ({ specs, values: new Float32Array(elements).fill(hide(value)) });
  return (kernels: MergeKernels): number => {
    const contributions = deltas.map((value, member) => ({
      member,
      weight: weights[member] as number,
      delta: all(value),
    }));
    const { values } = mergeModel(all(base), contributions, config, CONTEXT, kernels);
    return values.every((value) => Object.is(value, values[0])) ? (values[0] as number) : Number.NaN;
  };
}

/** Squared norm of a vector, and distance from 0, where these are the same. */
function measured(elements: Record<number, number>) {
  return (kernels: MergeKernels): number => {
    const blocks = kernels.open(2);
    const vector = new Float32Array(ELEMENTS);
    for (const [index, value] of Object.entries(elements)) vector[Number(index)] = hide(value);
    blocks.load(0, new Float32Array(ELEMENTS));
    blocks.load(1, vector);
    blocks.accumulate(true);
    const { norms, distances } = blocks.sums();
    return norms[1] === distances[1] ? (norms[1] as number) : Number.NaN;
  };
}

/** What mixing makes of vectors of these elements. */
function mixed(elements: number[], coefficients: number[]) {
  return (kernels: MergeKernels): number => {
    const blocks = kernels.open(elements.length);
    elements.forEach((value, j) => blocks.load(j, Float32Array.of(hide(value))));
    blocks.mix(Float64Array.from(coefficients), 1);
    blocks.median();
    const out = new Float32Array(1);
    blocks.finish(new Float32Array(1), out);
    return out[0] as number;
  };
}

const SMALLEST32 = 2 ** -149;
const SMALLEST64 = Number.MIN_VALUE;

const vectors: readonly [name: string, expected: number, compute: (kernels: MergeKernels) => number][] = [
  ["float32 rounds ties to even, down", 1, () => Math.fround(hide(1 + 2 ** -24))],
  ["float32 rounds ties to even, up", 1 + 2 ** -22, () => Math.fround(hide(1 + 3 * 2 ** -24))],
  ["float32 stores as fround rounds", Math.fround(0.1), () => stored(0.1)],
  ["float32 overflows half a step above its largest value", Infinity, () => Math.fround(hide(3.4028235677973366e38))],
  ["float32 keeps its smallest denormal", SMALLEST32, () => stored(SMALLEST32)],
  ["float32 rounds half its smallest denormal to 0", 0, () => stored(SMALLEST32 / 2)],
  ["float32 rounds above half its smallest denormal up", SMALLEST32, () => stored(SMALLEST32 * 0.500001)],
  ["float64 reads a float32 denormal", SMALLEST32 * 3, () => stored(SMALLEST32) * hide(3)],
  ["float64 keeps its smallest denormal", SMALLEST64, () => (hide(SMALLEST64) * hide(3)) / hide(3)],
  [
    "float64 difference of neighbors is denormal",
    SMALLEST64,
    () => hide(2.2250738585072014e-308) - hide(2.225073858507201e-308),
  ],
  ["float64 sums in order", 0, () => hide(1) + hide(1e300) - hide(1e300)],
  ["float64 rounds ties to even", 2 ** 53, () => hide(2 ** 53) + hide(1)],
  // Fused, (1 + 2^-30)(1 - 2^-30) - 1 would be -2^-60.
  ["multiply and add are not fused", 0, () => hide(1 + 2 ** -30) * hide(1 - 2 ** -30) - hide(1)],
  ["division is correctly rounded", 0.3333333333333333, () => hide(1) / hide(3)],
  ["division of a denormal is correctly rounded", SMALLEST64 * 2, () => hide(SMALLEST64 * 5) / hide(3)],
  ["square root of 2", Math.SQRT2, () => Math.sqrt(hide(2))],
  ["square root next to 1", 1, () => Math.sqrt(hide(1 + 2 ** -52))],
  ["square root of a denormal", 2.2227587494850775e-162, () => Math.sqrt(hide(SMALLEST64))],
  ["mean rounds once", Math.fround(1 / 3), merged(0, [1, 0, 0], { rule: "mean" })],
  ["mean weighs", 0.75, merged(0, [1, 0], { rule: "mean" }, [3, 1])],
  ["mean of denormals rounds to even", 2 * SMALLEST32, merged(0, [SMALLEST32, 2 * SMALLEST32], { rule: "mean" })],
  ["mean of -0 is 0", 0, merged(-0, [-0, -0], { rule: "mean" })],
  ["mean that vanishes below 0 is 0", 0, merged(0, [-SMALLEST32, 0, 0], { rule: "mean" })],
  ["median of four", 2.5, merged(0, [9, 2, -9, 3], { rule: "median" })],
  ["median sorts -0 as 0", 0, merged(0, [0, -0, -0], { rule: "median" })],
  ["trimmed mean of five", 3, merged(1, [1e38, 1, 2, 3, -1e38], { rule: "trimmedMean", trim: 1 })],
  [
    "clipped, mixed and trimmed mean of four",
    2.3333332538604736,
    merged(0, [1, 2, 4, -100], defaultMerge(1), undefined, 1),
  ],
  [
    "geometric median of four",
    0.11931817978620529,
    merged(0, [0.1, 0.2, 0.7, -3], { rule: "geometricMedian", steps: 3 }, undefined, 1),
  ],
  ["multi-Krum of five", 0.3125, merged(0, [0.1, 0.2, 0.7, 0.25, -3], { rule: "multiKrum" }, undefined, 1)],
  // Lane 0 loses two quarters to the large square; of the others' halves one is lost to it, and the last two make 1.
  [
    "squares are summed in eight lanes",
    2 ** 52 + 1,
    measured({ 0: 2 ** 26, 8: 0.5, 16: 0.5, 1: 0.5, 9: 0.5, 2: 0.5, 10: 0.5, 3: 0.5, 11: 0.5 }),
  ],
  ["squares of denormals are kept", 2 ** -298, measured({ 66: SMALLEST32 })],
  ["mixing adds in order", 0, mixed([1, 1e30, -1e30], [1, 1, 1])],
  ["mixing leaves out what counts nothing", 3, mixed([1, 3e38, 2], [1, 0, 1])],
];
