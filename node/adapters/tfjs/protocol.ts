import type { TaskDocument } from "../../core/task/schema.ts";
import type { EngineName, Evaluation, TrainingProgress } from "../../ports/learner.ts";

/** What a training worker is started with. */
export interface WorkerSetup {
  document: TaskDocument;
  dataPath: string;
  /** "train" keeps the task's validation split apart; "evaluate" takes every row for evaluation; "measure" reads none. */
  use: "train" | "evaluate" | "measure";
  engine: EngineName;
  /** One int32: not 0 tells the worker to stop training before its next batch. */
  stop: SharedArrayBuffer;
}

/** Requests are answered one at a time, in order. Values are in the order of the task's tensors. */
export type Request =
  | { kind: "train"; values: Float32Array; round: number }
  | { kind: "evaluate"; values: Float32Array }
  | { kind: "measure" };

export type Reply =
  | { kind: "ready"; engine: string; training: number; validation: number }
  | { kind: "progress"; progress: TrainingProgress }
  | { kind: "trained"; values: Float32Array; loss: number; ms: number; validation: Evaluation | undefined }
  | { kind: "evaluated"; evaluation: Evaluation | undefined }
  | { kind: "measured"; ms: number }
  | { kind: "stopped" }
  | { kind: "failed"; code: string; message: string; data: Record<string, unknown> };

/** A worker that is told nothing else gives the reply that belongs to the request. */
export function expect<K extends Reply["kind"]>(kind: K, reply: Reply): Extract<Reply, { kind: K }> {
  if (reply.kind !== kind) throw new Error(`the training worker answered "${reply.kind}" instead of "${kind}"`);
  return reply as Extract<Reply, { kind: K }>;
}
