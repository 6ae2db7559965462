import assert from "node:assert/strict";
import { SwarmError } from "../../../node/core/errors.ts";
import type { Contribution } from "../../../node/core/merge/merge.ts";
import type { Weights } from "../../../node/core/weights.ts";

/** Whether an error is ours and has this code. */
export const code = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof SwarmError, String(error));
  assert.equal(error.code, expected, error.message);
  return true;
};

export const weightsOf = (values: ArrayLike<number>): Weights => {
  return { specs: [{ name: "v", shape: [values.length] }], values: Float32Array.from(values) };
};
export const contributions = (rows: ArrayLike<number>[], weights = rows.map(() => 1)): Contribution[] =>
  rows.map((row, member) => ({ member, weight: weights[member] as number, delta: weightsOf(row) }));
