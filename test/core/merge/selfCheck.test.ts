import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SwarmError } from "../../../node/core/errors.ts";
import { selfCheck } from "../../../node/core/merge/selfCheck.ts";

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
  it("passes here", () => selfCheck());

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
