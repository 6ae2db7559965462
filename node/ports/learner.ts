import type { Weights } from "../core/weights.ts";

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
  weights: Weights;
  /** Rows trained on. */
  samples: number;
  /** Mean training loss of the last epoch. */
  loss: number;
  /** On the local validation split, after training; absent where the task keeps none. */
  validation?: Evaluation;
  /** Milliseconds spent training. */
  ms: number;
}

/** Trains the task's model on this node's rows, which never leave it. */
export interface Learner {
  /** Engine and version, recorded with results: they differ between engines. */
  readonly engine: string;
  /** Rows used for training and for validation. */
  readonly rows: { training: number; validation: number };
  /** Same weights, round and rows give the same result on the same engine. @param round decides the shuffling, with the task's seed */
  train(
    base: Weights,
    round: number,
    options: { signal: AbortSignal; onProgress?: (progress: TrainingProgress) => void },
  ): Promise<TrainingResult>;
  /** Evaluates on the local validation split; undefined where there is none. */
  evaluate(weights: Weights, options: { signal: AbortSignal }): Promise<Evaluation | undefined>;
  close(): Promise<void>;
}
