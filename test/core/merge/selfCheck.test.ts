import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SwarmError } from "../../../node/core/errors.ts";
import type { BlockKernels } from "../../../node/core/merge/kernels.ts";
import { plainKernels } from "../../../node/core/merge/plainKernels.ts";
import { selfCheck } from "../../../node/core/merge/selfCheck.ts";
import { wasmKernels } from "../../../node/core/merge/wasm/wasmKernels.ts";

const METHODS = ["load", "accumulate", "sums", "mix", "combine", "median", "trimmedMean", "finish"] as const;

/** Runs the check on a machine whose `Math` differs in one function. */
function withMath(name: "fround" | "sqrt", replacement: (x: number) => number): void {
  const original = Math[name];
  Math[name] = replacement;
  try {
    selfCheck();
  } finally {
    Math[name] = original;
  }
}

describe("selfCheck", () => {
  it("passes here, with all kernels", () => {
    selfCheck(plainKernels);
    selfCheck(wasmKernels);
  });

  const wrong: [title: string, vector: string, change: (blocks: BlockKernels) => Partial<BlockKernels>][] = [
    [
      "sums in another order",
      "squares are summed in eight lanes",
      (blocks) => ({
        sums: () => {
          const { norms, distances } = blocks.sums();
          const other = (sum: number): number => (sum > 2 ** 50 ? sum - (sum % 2) : sum);
          return { norms: norms.map(other), distances: distances.map(other) };
        },
      }),
    ],
    [
      "weights ignored",
      "mean weighs",
      (blocks) => ({
        combine: (coefficients) => blocks.combine(new Float64Array(coefficients.length).fill(1), coefficients.length),
      }),
    ],
    [
      "a sign of zero lost and found",
      "mean of -0 is 0",
      (blocks) => ({
        finish(base, out) {
          const found = blocks.finish(base, out);
          for (let i = 0; i < out.length; i++) if (out[i] === 0) out[i] = -0;
          return found;
        },
      }),
    ],
    [
      "the last elements forgotten",
      "mean rounds once",
      (blocks) => ({
        finish(base, out) {
          const found = blocks.finish(base, out);
          if (out.length > 64) out.fill(0, 64);
          return found;
        },
      }),
    ],
  ];
  for (const [title, vector, change] of wrong) {
    it(`ARITHMETIC_DIFFERS: kernels with ${title}`, () => {
      const open = (n: number): BlockKernels => {
        const blocks = wasmKernels.open(n);
        const own = Object.fromEntries(METHODS.map((name) => [name, (blocks[name] as () => unknown).bind(blocks)]));
        return { ...(own as unknown as BlockKernels), ...change(blocks) };
      };
      assert.throws(
        () => selfCheck({ open }),
        (error) => error instanceof SwarmError && error.code === "ARITHMETIC_DIFFERS" && error.data.name === vector,
      );
    });
  }

  const { fround, sqrt } = Math;
  const broken: [title: string, name: "fround" | "sqrt", replacement: (x: number) => number][] = [
    [
      "float32 rounded toward zero",
      "fround",
      (x) => (Math.abs(fround(x)) > Math.abs(x) ? fround(x) - Math.sign(x) * 2 ** -23 : fround(x)),
    ],
    ["denormals flushed to zero", "fround", (x) => (Math.abs(x) < 2 ** -126 ? 0 : fround(x))],
    ["no rounding at all", "fround", (x) => x],
    ["square roots one step too large", "sqrt", (x) => sqrt(x) * (1 + 2 ** -52)],
    ["square roots of denormals flushed", "sqrt", (x) => (x < 2 ** -1022 ? 0 : sqrt(x))],
  ];
  for (const [title, name, replacement] of broken) {
    it(`ARITHMETIC_DIFFERS: ${title}`, () => {
      assert.throws(
        () => withMath(name, replacement),
        (error) => error instanceof SwarmError && error.code === "ARITHMETIC_DIFFERS",
      );
    });
  }
});
