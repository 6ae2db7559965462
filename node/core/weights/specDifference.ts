import { quoted } from "../quoted.ts";
import type { TensorSpec } from "../weights.ts";

/** What sets two lists of tensors apart, in words; undefined if they are the same in the same order. */
export function specDifference(given: readonly TensorSpec[], expected: readonly TensorSpec[]): string | undefined {
  for (let i = 0; i < Math.max(given.length, expected.length); i++) {
    const a = given[i];
    const b = expected[i];
    if (a === undefined) return `Tensor ${quoted(b?.name)} is missing.`;
    if (b === undefined) return `Tensor ${quoted(a.name)} is not one of the task's.`;
    if (a.name !== b.name) return `Tensor ${quoted(a.name)} stands where the task has ${quoted(b.name)}.`;
    if (a.shape.length !== b.shape.length || a.shape.some((size, axis) => size !== b.shape[axis])) {
      return `Tensor ${quoted(a.name)} has shape [${a.shape.join(", ")}] where the task has [${b.shape.join(", ")}].`;
    }
  }
  return undefined;
}
