import { createMemoryLearner } from "../../adapters/memory/learner.ts";
import type { TensorSpec } from "../../core/weights.ts";
import type { Learner } from "../../ports/learner.ts";

/**
 * The learner in memory, on a model some of whose units never learn: where the weights are 0 they stay 0, as those of units do that no row
 * reaches. Updates then have exact zeros, which merges have to agree on too.
 */
export function createPartialLearner(specs: readonly TensorSpec[], seed: number, onStep: () => Promise<void>): Learner {
  const learner = createMemoryLearner({ specs, seed, onStep });
  return {
    ...learner,
    async train(base, round, options) {
      const result = await learner.train(base, round, options);
      const values = result.weights.values.map((value, i) => (base.values[i] === 0 ? 0 : value));
      return { ...result, weights: { specs: result.weights.specs, values } };
    },
  };
}
