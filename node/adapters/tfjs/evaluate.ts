import type { TaskDocument } from "../../core/task/schema.ts";
import type { Weights } from "../../core/weights.ts";
import type { Evaluation } from "../../ports/learner.ts";
import { partsOf } from "./parts.ts";
import { expect } from "./protocol.ts";
import { type WorkerMemory, spawnWorker } from "./spawnWorker.ts";
import { WorkerClient } from "./workerClient.ts";

/** Evaluates models of one task on all rows of one file, such as a hold-out. */
export interface Evaluator {
  readonly rows: number;
  /** @param options.own of layers that stay at a node, one node's; else what these start from @throws SwarmError LEARNER_SHAPES, LEARNER_CRASHED, LEARNER_CLOSED */
  evaluate(weights: Weights, options: { signal: AbortSignal; own?: Weights }): Promise<Evaluation>;
  close(): Promise<void>;
}

export interface EvaluatorInit extends WorkerMemory {
  document: TaskDocument;
  dataPath: string;
}

/** @throws SwarmError CSV_* and DATA_* for the rows, TRAINING_ENGINE, TASK_NO_LAYERS */
export async function createEvaluator({ document, dataPath, ...memory }: EvaluatorInit): Promise<Evaluator> {
  const client = new WorkerClient((stop) =>
    spawnWorker({ document, dataPath, use: "evaluate", engine: "wasm", stop }, memory),
  );
  const parts = partsOf(document);
  const { validation } = await client.start();
  return {
    rows: validation,
    async evaluate(weights, { signal, own }) {
      const values = parts.join(weights, own);
      const reply = expect("evaluated", await client.request({ kind: "evaluate", values }, signal));
      return reply.evaluation as Evaluation;
    },
    close: () => client.close(),
  };
}

/** One model on one file. */
export async function evaluateData(
  document: TaskDocument,
  weights: Weights,
  dataPath: string,
  options: { signal: AbortSignal; own?: Weights },
): Promise<Evaluation> {
  const evaluator = await createEvaluator({ document, dataPath });
  try {
    return await evaluator.evaluate(weights, options);
  } finally {
    await evaluator.close();
  }
}
