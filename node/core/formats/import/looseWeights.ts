import { SwarmError } from "../../errors.ts";
import { cut, quoted } from "../../quoted.ts";
import { compareUtf8 } from "../../safetensorsHeader.ts";
import type { Weights } from "../../weights.ts";
import type { FoundTensor } from "./importWeights.ts";

/** Tensors under their own names, sorted as canonical files have them. @throws SwarmError IMPORT_WEIGHTS for values that are not finite */
export function looseWeights(found: readonly FoundTensor[]): Weights {
  const sorted = found.toSorted((a, b) => compareUtf8(a.name, b.name));
  const parts = sorted.map(({ name, values }) => {
    const own = values();
    if (own.every(Number.isFinite)) return own;
    throw new SwarmError("IMPORT_WEIGHTS", `tensor ${quoted(name)} has values that are not finite`, {
      name: cut(name),
    });
  });
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    values.set(part, offset);
    offset += part.length;
  }
  return { specs: sorted.map(({ name, shape }) => ({ name, shape })), values };
}
