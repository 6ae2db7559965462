import type { OptimizedModel } from "./optimizerState.ts";

/** What becomes of a merged update before it counts: a step that also goes by earlier ones, by way of state that models keep. */
export type OptimizerConfig =
  /** FedAvgM (Hsu et al. 2019). */
  | { type: "momentum"; learningRate: number; momentum: number }
  /** FedAdam (Reddi et al. 2021, algorithm 2): no correction of the first steps. */
  | { type: "adam"; learningRate: number; beta1: number; beta2: number; epsilon: number };

/**
 * One block's step. All is float64, in the order written, and each of the new values is rounded once to float32, -0 becoming 0.
 * momentum: m' = momentum * m + d, then w' = w + learningRate * m'.
 * adam: m' = beta1 * m + (1 - beta1) * d and v' = beta2 * v + ((1 - beta2) * d) * d, then w' = w + (learningRate * m') / (sqrt(v') + epsilon).
 * m' and v' count as they were rounded.
 * @param start of the block among the weights
 * @param merged d: the merged update, as float32
 */
export function optimize(
  config: OptimizerConfig,
  start: number,
  merged: Float32Array,
  from: OptimizedModel,
  to: OptimizedModel,
): void {
  const block = (values: Float32Array | undefined): Float32Array =>
    (values as Float32Array).subarray(start, start + merged.length);
  const before = { w: block(from.weights), m: block(from.state[0]) };
  const after = { w: block(to.weights), m: block(to.state[0]) };
  if (config.type === "momentum") stepMomentum(config, merged, before, after);
  else stepAdam(config, merged, { ...before, v: block(from.state[1]) }, { ...after, v: block(to.state[1]) });
}

type Of<Type extends OptimizerConfig["type"]> = OptimizerConfig & { type: Type };
type Values<Name extends string> = Record<Name, Float32Array>;

function stepMomentum(config: Of<"momentum">, merged: Float32Array, from: Values<"w" | "m">, to: Values<"w" | "m">) {
  const { learningRate, momentum } = config;
  for (let i = 0; i < merged.length; i++) {
    const m = Math.fround(momentum * (from.m[i] as number) + (merged[i] as number)) + 0;
    to.m[i] = m;
    to.w[i] = Math.fround((from.w[i] as number) + learningRate * m) + 0;
  }
}

function stepAdam(
  config: Of<"adam">,
  merged: Float32Array,
  from: Values<"w" | "m" | "v">,
  to: Values<"w" | "m" | "v">,
) {
  const { learningRate, beta1, beta2, epsilon } = config;
  for (let i = 0; i < merged.length; i++) {
    const d = merged[i] as number;
    const m = Math.fround(beta1 * (from.m[i] as number) + (1 - beta1) * d) + 0;
    const v = Math.fround(beta2 * (from.v[i] as number) + (1 - beta2) * d * d) + 0;
    to.m[i] = m;
    to.v[i] = v;
    to.w[i] = Math.fround((from.w[i] as number) + (learningRate * m) / (Math.sqrt(v) + epsilon)) + 0;
  }
}
