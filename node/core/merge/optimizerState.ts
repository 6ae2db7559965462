import { SwarmError } from "../errors.ts";
import { totalElements } from "../safetensorsHeader.ts";
import type { TensorSpec } from "../weights.ts";
import { specDifference } from "../weights/specDifference.ts";
import type { OptimizerConfig } from "./optimizer.ts";

/** What the names of state tensors begin with: behind all that names of weights may begin with, so that the weights stand first in a model. */
export const STATE_MARK = "~";

/** What each optimizer keeps, one tensor for each of the weights', as their names say. */
const KEPT = { momentum: ["momentum"], adam: ["first", "second"] } as const;

export const isState = ({ name }: TensorSpec): boolean => name.startsWith(STATE_MARK);

/** A state tensor that no optimizer leaves a negative value in: the running mean of squares. */
export const isOfSquares = (name: string): boolean => name.startsWith(`${STATE_MARK}second.`);

/** The state tensors of a model with these weights, in their order. @param weights sorted by name, ASCII */
export const stateSpecs = (weights: readonly TensorSpec[], { type }: OptimizerConfig): TensorSpec[] =>
  KEPT[type].flatMap((kept) => weights.map(({ name, shape }) => ({ name: `${STATE_MARK}${kept}.${name}`, shape })));

/**
 * The weights' tensors among those of a model that a merge starts from.
 * @throws SwarmError MERGE_INPUT where its other tensors are not this optimizer's state
 */
export function mergedSpecs(
  model: readonly TensorSpec[],
  optimizer: OptimizerConfig | undefined,
): readonly TensorSpec[] {
  if (optimizer === undefined) return model;
  const weights = model.filter((spec) => !isState(spec));
  const difference = specDifference(model, [...weights, ...stateSpecs(weights, optimizer)]);
  if (difference === undefined && weights.length > 0) return weights;
  const message = `The model that the merge starts from does not hold the state of ${optimizer.type}. ${difference ?? "It has no weights."}`;
  throw new SwarmError("MERGE_INPUT", message, { optimizer: optimizer.type });
}

/** A model's values: the weights, then the parts of the optimizer's state, all of the same length. */
export interface OptimizedModel {
  weights: Float32Array;
  state: readonly Float32Array[];
}

export function partsOf(values: Float32Array, weights: readonly TensorSpec[]): OptimizedModel {
  const length = totalElements(weights);
  const state: Float32Array[] = [];
  for (let start = length; start < values.length; start += length) state.push(values.subarray(start, start + length));
  return { weights: values.subarray(0, length), state };
}
