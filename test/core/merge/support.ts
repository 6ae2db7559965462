import assert from "node:assert/strict";
import { SwarmError } from "../../../node/core/errors.ts";
import { BLOCK, type BlockKernels } from "../../../node/core/merge/kernels.ts";
import type { Measures } from "../../../node/core/merge/measures.ts";
import type { Contribution } from "../../../node/core/merge/merge.ts";
import { plainKernels } from "../../../node/core/merge/plainKernels.ts";
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

/** Squared norms and distances, as the kernels of a merge make them block by block. */
export function measured(
  rows: readonly number[][],
  kernels = plainKernels,
): { measures: Measures; blocks: BlockKernels } {
  const blocks = kernels.open(rows.length);
  const length = rows[0]?.length ?? 0;
  for (let start = 0; start < length; start += BLOCK) {
    rows.forEach((row, j) => {
      assert.equal(blocks.load(j, Float32Array.from(row.slice(start, start + BLOCK))), -1);
    });
    blocks.accumulate(true);
  }
  return { measures: blocks.sums(), blocks };
}
