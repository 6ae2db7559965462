import { SwarmError } from "../errors.ts";
import { decodeSafetensors, encodeSafetensors } from "../safetensors.ts";
import type { TensorSpec, Weights } from "../weights.ts";
import { pick } from "../weights/pick.ts";

/** What `decodeTraining` gives back. */
export interface PartTraining {
  values: Float32Array;
  moments: Float32Array[];
  steps: number;
}

/** A part with its optimizer's state as one safetensors file: the part's tensors, `momentN.<tensor>` for each running average, and the steps in the metadata. */
export function encodeTraining(
  specs: readonly TensorSpec[],
  { values, moments, steps }: PartTraining,
): Uint8Array<ArrayBuffer> {
  const named = (prefix: string): TensorSpec[] => specs.map(({ name, shape }) => ({ name: prefix + name, shape }));
  // Digits sort before letters and layers' indices are digits, so the prefix keeps each average's tensors together; `pick` sorts the rest.
  const parts: Weights[] = [
    { specs, values },
    ...moments.map((moment, i) => ({ specs: named(`moment${i}.`), values: moment })),
  ];
  const all = parts.flatMap((part) => part.specs).sort((a, b) => (a.name < b.name ? -1 : 1));
  return encodeSafetensors(
    pick(all, parts),
    new Map([
      ["steps", String(steps)],
      ["moments", String(moments.length)],
    ]),
  );
}

/** @throws SwarmError FILE_*, WEIGHTS_DIFFER */
export function decodeTraining(specs: readonly TensorSpec[], bytes: Uint8Array): PartTraining {
  const { weights, metadata } = decodeSafetensors(bytes);
  const whole = (key: string): number => {
    const text = metadata.get(key) ?? "";
    if (!/^[0-9]{1,15}$/.test(text))
      throw new SwarmError("FILE_METADATA", `a part's kept state has no ${key}: it is another program's file`, { key });
    return Number(text);
  };
  const moments: Float32Array[] = [];
  for (let i = 0; i < Math.min(whole("moments"), 4); i++) {
    const named = specs.map(({ name, shape }) => ({ name: `moment${i}.${name}`, shape }));
    moments.push(pick(named, [weights]).values);
  }
  return { values: pick(specs, [weights]).values, moments, steps: whole("steps") };
}
