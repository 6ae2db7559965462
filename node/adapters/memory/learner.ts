import { SwarmError } from "../../core/errors.ts";
import { createPrng } from "../../core/prng.ts";
import type { TensorSpec, Weights } from "../../core/weights.ts";
import type { Evaluation, Learner, TrainingProgress, TrainingResult } from "../../ports/learner.ts";

export interface MemoryLearnerInit {
  specs: readonly TensorSpec[];
  /** Decides where this learner's rows pull the model. */
  seed: number;
  rows?: { training: number; validation: number };
  /** Share of the way to its own optimum that a round takes, 0 to 1. */
  rate?: number;
  /** Called before each of a round's steps: to hold training back or to make it fail. */
  onStep?: (progress: TrainingProgress) => Promise<void>;
}

/** Steps of a pretended round; each gives way to others, so that a round can be aborted. */
const STEPS = 4;

/**
 * Trains nothing: moves weights towards a point of its own, a little differently each round. Deterministic and fast, so that daemons can
 * be run by the hundred; merged models approach the mean of the learners' points.
 */
export function createMemoryLearner(init: MemoryLearnerInit): Learner {
  const { specs, seed, rows = { training: 64, validation: 16 }, rate = 0.5, onStep } = init;
  const length = specs.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  const prng = createPrng(seed);
  const optimum = Float32Array.from({ length }, () => 2 * prng.float() - 1);
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();

  const check = (weights: Weights, signal: AbortSignal) => {
    if (closed) throw new SwarmError("LEARNER_CLOSED", "the learner is closed; create another one");
    signal.throwIfAborted();
    const same = JSON.stringify(weights.specs) === JSON.stringify(specs) && weights.values.length === length;
    if (!same) throw new SwarmError("LEARNER_SHAPES", "the weights are not those of this learner's task");
  };
  const evaluation = (weights: Weights): Evaluation => {
    const distance = weights.values.reduce((sum, value, i) => sum + (value - (optimum[i] ?? 0)) ** 2, 0);
    const loss = length === 0 ? 0 : distance / length;
    return { rows: rows.validation, loss, accuracy: 1 / (1 + loss) };
  };
  const trainNow = async (
    base: Weights,
    round: number,
    options: Parameters<Learner["train"]>[2],
  ): Promise<TrainingResult> => {
    const noise = createPrng(seed, round);
    const values = base.values.map(
      (value, i) => value + rate * ((optimum[i] ?? 0) - value) + 0.01 * (noise.float() - 0.5),
    );
    const weights = { specs: base.specs, values };
    const { loss } = evaluation(weights);
    for (let batch = 1; batch <= STEPS; batch++) {
      const progress = { epoch: 1, epochs: 1, batch, batches: STEPS, loss };
      await onStep?.(progress);
      await Promise.resolve();
      check(base, options.signal);
      options.onProgress?.(progress);
    }
    const result = { weights, samples: rows.training, loss, ms: 0 };
    return rows.validation === 0 ? result : { ...result, validation: evaluation(weights) };
  };

  return {
    engine: "memory",
    rows,
    async train(base, round, options) {
      check(base, options.signal);
      const result = last.then(() => trainNow(base, round, options));
      last = result.catch(() => {});
      return result;
    },
    async evaluate(weights, { signal }) {
      check(weights, signal);
      return rows.validation === 0 ? undefined : evaluation(weights);
    },
    async close() {
      closed = true;
    },
  };
}
