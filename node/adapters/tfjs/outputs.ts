import type { TaskDocument } from "../../core/task/schema.ts";
import type { Weights } from "../../core/weights.ts";
import { partsOf } from "./parts.ts";
import { expect, type RowOutputs } from "./protocol.ts";
import { type WorkerMemory, spawnWorker } from "./spawnWorker.ts";
import { WorkerClient } from "./workerClient.ts";

/** A model, as what the nodes share and, in a task that leaves layers at each node, one node's own. */
export interface RunnableModel {
  weights: Weights;
  own?: Weights;
}

export interface RowsInit extends WorkerMemory {
  document: TaskDocument;
  dataPath: string;
  /** Whether rows have to have labels; a file for prediction may lack their column. */
  labelled: boolean;
  /** Column to tell rows by. */
  id?: string;
  signal: AbortSignal;
}

/**
 * What models give for every row of a file, read once.
 * @returns one entry per model
 * @throws SwarmError CSV_* for the rows, TRAINING_ENGINE, TASK_NO_LAYERS, LEARNER_SHAPES, LEARNER_CRASHED
 */
export async function rowOutputs<Models extends readonly RunnableModel[]>(
  { document, dataPath, labelled, id, signal, ...memory }: RowsInit,
  models: Models,
): Promise<{ [At in keyof Models]: RowOutputs }> {
  const use = labelled ? "evaluate" : "predict";
  const setup = { document, dataPath, use, engine: "wasm", ...(id === undefined ? {} : { id }) } as const;
  const client = new WorkerClient((stop) => spawnWorker({ ...setup, stop }, memory));
  const parts = partsOf(document);
  try {
    const outputs: RowOutputs[] = [];
    for (const { weights, own } of models) {
      const values = parts.join(weights, own);
      outputs.push(expect("outputs", await client.request({ kind: "outputs", values }, signal)).outputs);
    }
    return outputs as { [At in keyof Models]: RowOutputs };
  } finally {
    await client.close();
  }
}
