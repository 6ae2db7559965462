import { SwarmError } from "../../core/errors.ts";
import type { Contribution } from "../../core/merge/merge.ts";
import type { Model, Tensors } from "../../core/weights.ts";
import { asModel } from "../../core/weights/model.ts";
import { CORE_RULES } from "../../daemon/components.ts";
import type { Policy } from "./policy.ts";

/** A median that leaves -0 as it is. Which zero is in the middle then depends on how a program sorts. */
function carelessMedian(base: Tensors, contributions: readonly Contribution[], typed: boolean): Model {
  const n = contributions.length;
  if (n === 0) throw new SwarmError("MERGE_TOO_FEW", "There is nothing to merge.");
  const values = base.values.map((start, i) => {
    const column = contributions.map(({ delta }) => delta.values[i] as number);
    // Typed arrays sort -0 before 0; the comparing function says that they are equal and leaves them in their order.
    const sorted = typed ? Float64Array.from(column).sort() : column.sort((a, b) => a - b);
    const middle = n % 2 === 1 ? sorted[(n - 1) / 2] : ((sorted[n / 2 - 1] as number) + (sorted[n / 2] as number)) / 2;
    return start + (middle as number);
  });
  return asModel({ specs: base.specs, values });
}

export const negativeZero: Policy = {
  rules: (node) => ({
    ...CORE_RULES,
    mergeModel: (base, contributions) => carelessMedian(base, contributions, node % 2 === 0),
  }),
  // Liars that write each 0 as -0: valid, and as hostile as it gets.
  schedule: (usual) => ({
    ...usual,
    merge: { rule: "median" },
    firstModel: "given",
    liars: usual.liars.map((liar) => ({ ...liar, author: "writes -0", share: 1 })),
  }),
};
