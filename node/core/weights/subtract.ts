import { SwarmError } from "../errors.ts";
import type { Weights } from "../weights.ts";

/** The delta `after - before`, element by element in float64, rounded once to float32. @throws SwarmError WEIGHTS_DIFFER for other tensors */
export function subtract(after: Weights, before: Weights): Weights {
  if (after.values.length !== before.values.length) {
    throw new SwarmError(
      "WEIGHTS_DIFFER",
      `weights of ${after.values.length} and of ${before.values.length} elements have no difference: they belong to different models`,
    );
  }
  const values = new Float32Array(after.values.length);
  for (let i = 0; i < values.length; i++) values[i] = (after.values[i] as number) - (before.values[i] as number);
  return { specs: before.specs, values };
}
