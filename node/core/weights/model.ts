import { SwarmError } from "../errors.ts";
import { totalElements } from "../safetensorsHeader.ts";
import type { Model, TensorSpec, Tensors, Weights } from "../weights.ts";
import { specDifference } from "./specDifference.ts";

/** Tensors that are known to be all of a model's. */
export const asModel = ({ specs, values }: Tensors): Model => ({ specs, values }) as Model;

/**
 * The weights in a model, without the state of the merge's optimizer. They stand first in it, so this is a view of the same values.
 * @param specs the tensors that the task's nodes train and share
 * @throws SwarmError WEIGHTS_DIFFER where the model begins with others
 */
export function weightsOf(model: Tensors, specs: readonly TensorSpec[]): Weights {
  const difference = specDifference(model.specs.slice(0, specs.length), specs);
  if (difference === undefined) return { specs, values: model.values.subarray(0, totalElements(specs)) };
  throw new SwarmError("WEIGHTS_DIFFER", `The model is not one of this task. ${difference}`);
}
