import type { TaskDocument } from "../../core/task/schema.ts";
import type { EngineName, Evaluation, TrainingProgress } from "../../ports/learner.ts";

/** What a training worker is started with. */
export interface WorkerSetup {
  document: TaskDocument;
  dataPath: string;
  /** "train" keeps the task's validation split apart; "evaluate" takes every row for evaluation; "predict" the same of rows without labels; "measure" reads none. */
  use: "train" | "evaluate" | "predict" | "measure";
  /** Column to tell rows by, for "predict". */
  id?: string;
  engine: EngineName;
  /** One int32: not 0 tells the worker to stop training before its next batch. */
  stop: SharedArrayBuffer;
}

/** What a model gives for the rows of a file, in their order. */
export interface RowOutputs {
  /** [rows, width], before the loss's own softmax or sigmoid. */
  logits: Float32Array;
  rows: number;
  /** Outputs per row: classes, or 1 for a sigmoid. */
  width: number;
  /** Class index of each row; empty where they were not asked for. */
  labels: Int32Array;
  ids?: string[];
}

/** Requests are answered one at a time, in order. Values are in the order of the task's tensors. */
export type Request =
  | { kind: "train"; values: Float32Array; round: number }
  | { kind: "evaluate"; values: Float32Array }
  | { kind: "outputs"; values: Float32Array }
  | { kind: "measure" };

export type Reply =
  | { kind: "ready"; engine: string; training: number; validation: number }
  | { kind: "progress"; progress: TrainingProgress }
  | { kind: "trained"; values: Float32Array; loss: number; ms: number; validation: Evaluation | undefined }
  | { kind: "evaluated"; evaluation: Evaluation | undefined }
  | { kind: "outputs"; outputs: RowOutputs }
  | { kind: "measured"; ms: number }
  | { kind: "stopped" }
  | { kind: "failed"; code: string; message: string; data: Record<string, unknown> };

/** A worker that is told nothing else gives the reply that belongs to the request. */
export function expect<K extends Reply["kind"]>(kind: K, reply: Reply): Extract<Reply, { kind: K }> {
  if (reply.kind !== kind) throw new Error(`the training worker answered "${reply.kind}" instead of "${kind}"`);
  return reply as Extract<Reply, { kind: K }>;
}
