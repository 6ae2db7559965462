import type { Weights } from "../core/weights.ts";

/** Engines that a node may train with; which one it was is recorded with every update. */
export const ENGINE_NAMES = ["wasm", "native"] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** What an operator can ask for: "auto" is the fastest that works at the node. */
export const ENGINE_SETTINGS = ["auto", ...ENGINE_NAMES] as const;
export type EngineSetting = (typeof ENGINE_SETTINGS)[number];

/** Figures of one pass over labelled rows. */
export interface Evaluation {
  rows: number;
  loss: number;
  /** 0 to 1. */
  accuracy: number;
  /** Area under the ROC curve: binary, or macro one-versus-rest over the classes present; absent where a class is missing. */
  auc?: number;
}

export interface TrainingProgress {
  epoch: number;
  epochs: number;
  batch: number;
  batches: number;
  loss: number;
}

export interface TrainingResult {
  /** The tensors that are shared. */
  weights: Weights;
  /** Those that this node keeps to itself; absent where the task has none. */
  own?: Weights;
  /** Rows trained on. */
  samples: number;
  /** Mean training loss of the last epoch. */
  loss: number;
  /** On the local validation split, after training; absent where the task keeps none. */
  validation?: Evaluation;
  /** Milliseconds spent training. */
  ms: number;
}

/** Trains the task's model on this node's rows, which never leave it. A model's file has the shared tensors; its layers that stay at a node are given as `own`. */
export interface Learner {
  /** Engine and version, recorded with results: they differ between engines. */
  readonly engine: string;
  /** Rows used for training and for validation. */
  readonly rows: { training: number; validation: number };
  /**
   * Same weights, own tensors, round and rows give the same result on the same engine. In round 1 of a task that agrees on statistics it gives those of its rows
   * (core/statistics/rows.ts) in the place of training; where a learner changes more than a round may, the daemon leaves that out.
   * @param round decides the shuffling, with the task's seed, and the learning rate (core/task/learningRate.ts); `own` is what such layers start from where it is left out
   */
  train(
    base: Weights,
    round: number,
    options: { signal: AbortSignal; own?: Weights; onProgress?: (progress: TrainingProgress) => void },
  ): Promise<TrainingResult>;
  /** Evaluates on the local validation split; undefined where there is none. */
  evaluate(weights: Weights, options: { signal: AbortSignal; own?: Weights }): Promise<Evaluation | undefined>;
  close(): Promise<void>;
}
