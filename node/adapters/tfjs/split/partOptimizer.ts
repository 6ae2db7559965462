import type { PartState } from "../../../ports/splitLearner.ts";
import { createOptimizer, type Optimizer, type OptimizerConfig } from "../optimizers.ts";
import type { Moved } from "./range.ts";

/** A part's values with the optimizer that moves them. */
export interface TrainedPart {
  readonly values: Float32Array;
  /** Where a step's gradients are gathered before it is taken. */
  readonly gradients: Float32Array;
  step(moved: readonly Moved[]): void;
  state(): PartState;
}

/** @param state copied */
export function createTrainedPart(config: OptimizerConfig, state: PartState): TrainedPart {
  const values = state.values.slice();
  const gradients = new Float32Array(values.length);
  const optimizer: Optimizer = createOptimizer(config, values.length);
  if (state.moments.length === optimizer.moments.length) {
    for (const [i, moment] of optimizer.moments.entries()) moment.set(state.moments[i] as Float32Array);
    optimizer.steps = state.steps;
  }
  return {
    values,
    gradients,
    step(moved) {
      optimizer.step(values, gradients);
      for (const { offset, values: statistics } of moved) values.set(statistics, offset);
    },
    state: () => ({
      values: values.slice(),
      moments: optimizer.moments.map((moment) => moment.slice()),
      steps: optimizer.steps,
    }),
  };
}
