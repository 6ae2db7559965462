import { SwarmError } from "../../core/errors.ts";
import type { TensorSpec, Weights } from "../../core/weights.ts";

/** @throws SwarmError LEARNER_SHAPES, naming the first tensor that differs */
export function requireSpecs(weights: Weights, specs: readonly TensorSpec[], task: string): void {
  const text = ({ name, shape }: TensorSpec) => `${name} [${shape}]`;
  const count = Math.max(specs.length, weights.specs.length);
  for (let i = 0; i < count; i++) {
    const given = weights.specs[i];
    const wanted = specs[i];
    if (given !== undefined && wanted !== undefined && text(given) === text(wanted)) continue;
    const difference = `${given === undefined ? "nothing" : text(given)} stands where ${wanted === undefined ? "nothing" : text(wanted)} belongs`;
    throw new SwarmError("LEARNER_SHAPES", `the weights are not those of task ${task}: ${difference}`, {
      given,
      wanted,
    });
  }
  const length = specs.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  if (weights.values.length === length) return;
  throw new SwarmError(
    "LEARNER_SHAPES",
    `the weights of task ${task} have ${weights.values.length} values instead of ${length}`,
    { length },
  );
}
