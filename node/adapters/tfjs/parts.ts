import { initialLocal } from "../../core/task/initialModel.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import { allTensorSpecs, localTensorSpecs, tensorSpecs } from "../../core/task/tensors.ts";
import type { Weights } from "../../core/weights.ts";
import { pick } from "../../core/weights/pick.ts";
import { requireSpecs } from "./specs.ts";

/** What of a task's model is shared, and what stays at a node: workers know the whole only. */
export interface Parts {
  /** @param own what the layers that stay here start from where it is left out @throws SwarmError LEARNER_SHAPES */
  join(shared: Weights, own: Weights | undefined): Float32Array;
  split(values: Float32Array): { weights: Weights; own?: Weights };
}

export function partsOf(document: TaskDocument): Parts {
  const all = allTensorSpecs(document);
  const shared = tensorSpecs(document);
  const local = localTensorSpecs(document);
  return {
    join(weights, own) {
      requireSpecs(weights, shared, document.name);
      if (own !== undefined) requireSpecs(own, local, document.name);
      if (local.length === 0) return weights.values;
      return pick(all, [weights, own ?? initialLocal(document)]).values;
    },
    split(values) {
      const whole = { specs: all, values };
      return local.length === 0 ? { weights: whole } : { weights: pick(shared, [whole]), own: pick(local, [whole]) };
    },
  };
}
