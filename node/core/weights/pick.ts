import { SwarmError } from "../errors.ts";
import type { TensorSpec, Weights } from "../weights.ts";

/**
 * The tensors of `specs` out of several weights: what a model's shared and a node's own tensors make together, or one part of them.
 * @param parts each name in one of them only; tensors that `specs` does not have are left out
 * @returns a copy
 * @throws SwarmError WEIGHTS_DIFFER where a tensor is missing or has another shape
 */
export function pick(specs: readonly TensorSpec[], parts: readonly Weights[]): Weights {
  const found = new Map<string, { shape: readonly number[]; values: Float32Array }>();
  for (const part of parts) {
    let start = 0;
    for (const { name, shape } of part.specs) {
      const end = start + sizeOf(shape);
      found.set(name, { shape, values: part.values.subarray(start, end) });
      start = end;
    }
  }
  const values = new Float32Array(specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
  let offset = 0;
  for (const { name, shape } of specs) {
    const tensor = found.get(name);
    if (tensor === undefined || String(tensor.shape) !== String(shape)) {
      const has = tensor === undefined ? "is missing" : `has shape [${tensor.shape.join(", ")}]`;
      const text = `tensor ${name} of shape [${shape.join(", ")}] ${has}: the weights belong to another model`;
      throw new SwarmError("WEIGHTS_DIFFER", text, { name });
    }
    values.set(tensor.values, offset);
    offset += tensor.values.length;
  }
  return { specs, values };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
