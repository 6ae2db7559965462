import type { TensorSpec } from "../core/weights.ts";
import type { Evaluation } from "./learner.ts";

/** What a side keeps of its part between epochs. */
export interface PartState {
  /** In the order of the part's specs. */
  values: Float32Array;
  /** The optimizer's running averages, each as long as `values`; none where it has none, or is fresh. */
  moments: Float32Array[];
  /** Optimizer steps so far. */
  steps: number;
}

/** Smashed data: what comes out of the layers before the cut. */
export interface Smashed {
  /** [rows, width of the cut] */
  activations: Float32Array;
  rows: number;
  /** Class index of each row; for the server only where the task shares labels. */
  labels: Int32Array;
}

/** Where in the training a step is. Rows come in the order that uncut training has (core/prng.ts: the task's seed, the epoch). */
export interface StepPlace {
  /** From 1. */
  epoch: number;
  /** From 1, within the epoch. */
  batch: number;
  /** Position among the clients; dropout of each is another, and that of 0 the one of uncut training. */
  client: number;
}

/**
 * The client's layers, rows and optimizer. A step is `forward`, with labels kept `tail`, then `backward`; nothing changes before `backward` has
 * its gradient, so that a step that breaks off left nothing behind. Methods throw LEARNER_CRASHED, LEARNER_CLOSED.
 */
export interface SplitClientPart {
  readonly engine: string;
  readonly rows: { training: number; validation: number };
  readonly specs: readonly TensorSpec[];
  /** What a row's loss is multiplied with, by class; undefined where the task has none. */
  readonly classWeights: readonly number[] | undefined;
  load(state: PartState): Promise<void>;
  state(): Promise<PartState>;
  /** The batch's activations, with the task's noise. */
  forward(place: StepPlace): Promise<Smashed>;
  /** Labels kept: loss of the batch under way from what the server's part gave. @returns the summed loss, and its gradient by `outputs` @throws SwarmError TRAINING_DIVERGED */
  tail(outputs: Float32Array): Promise<{ loss: number; gradient: Float32Array }>;
  /** The gradient at the cut: computes that of the part and takes the optimizer's step. @throws SwarmError TRAINING_DIVERGED */
  backward(gradient: Float32Array): Promise<void>;
  /** Activations of validation rows from `from` on, of at most `rows`, without dropout. */
  smash(from: number, rows: number): Promise<Smashed>;
  /** Figures of all validation rows from what the server's part gave for them, in their order. */
  figures(outputs: Float32Array): Promise<Evaluation | undefined>;
  close(): Promise<void>;
}

/**
 * The server's layers, as one or more copies by name. `loss` or `backward` hold a step ready, `apply` takes it; the next `forward` or `loss` of the copy, or
 * `discard`, drops one that was not applied.
 */
export interface SplitServerPart {
  readonly engine: string;
  readonly specs: readonly TensorSpec[];
  load(copy: string, state: PartState): Promise<void>;
  state(copy: string): Promise<PartState>;
  drop(copy: string): Promise<void>;
  /** Labels shared: loss of a batch, and the gradient by its activations. @throws SwarmError SPLIT_NOT_FINITE */
  loss(
    copy: string,
    place: StepPlace,
    batch: Smashed,
    totalRows: number,
    classWeights?: readonly number[],
  ): Promise<{ loss: number; gradient: Float32Array }>;
  /** Labels kept: what the part gives in training. */
  forward(copy: string, place: StepPlace, batch: Omit<Smashed, "labels">, totalRows: number): Promise<Float32Array>;
  /** The gradient by the batch's activations from that by the outputs of `forward`. @throws SwarmError SPLIT_NOT_FINITE */
  backward(copy: string, gradient: Float32Array): Promise<Float32Array>;
  apply(copy: string): Promise<void>;
  discard(copy: string): Promise<void>;
  /** What the part gives for activations without dropout, for evaluation. */
  outputs(copy: string, batch: Omit<Smashed, "labels">): Promise<Float32Array>;
  close(): Promise<void>;
}
