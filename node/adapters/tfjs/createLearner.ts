import type { TaskDocument } from "../../core/task/schema.ts";
import type { EngineName, Learner } from "../../ports/learner.ts";
import type { Logger } from "../../ports/logger.ts";
import { partsOf } from "./parts.ts";
import { expect } from "./protocol.ts";
import { type WorkerMemory, spawnWorker } from "./spawnWorker.ts";
import { WorkerClient } from "./workerClient.ts";

export interface LearnerInit extends WorkerMemory {
  document: TaskDocument;
  /** The clinic's own rows; only the worker reads them. */
  dataPath: string;
  /** "wasm" where it is left out. */
  engine?: EngineName;
  logger: Logger;
  /** Gives up starting. */
  signal?: AbortSignal;
}

/**
 * A learner that trains with TensorFlow.js in a worker thread. Ready when the rows are read.
 * @throws SwarmError CSV_* and DATA_* for the rows, TRAINING_ENGINE, TASK_NO_LAYERS, LEARNER_CRASHED.
 *   Its methods: LEARNER_SHAPES (weights of another model), TRAINING_DIVERGED, LEARNER_CRASHED (call again: a new worker starts), LEARNER_CLOSED
 */
export async function createLearner(init: LearnerInit): Promise<Learner> {
  const { document, dataPath, engine: name = "wasm", logger, signal, ...memory } = init;
  const client = new WorkerClient((stop) =>
    spawnWorker({ document, dataPath, use: "train", engine: name, stop }, memory),
  );
  const parts = partsOf(document);
  const close = () => client.close();
  signal?.addEventListener("abort", close, { once: true });
  try {
    signal?.throwIfAborted();
    const { engine, training, validation } = await client.start();
    logger.info("Training worker is ready", { engine, trainingRows: training, validationRows: validation });
    return {
      engine,
      rows: { training, validation },
      async train(base, round, options) {
        const whole = parts.join(base, options.own);
        const reply = expect(
          "trained",
          await client.request({ kind: "train", values: whole, round }, options.signal, options.onProgress),
        );
        const { values, loss, ms } = reply;
        const result = { ...parts.split(values), samples: training, loss, ms };
        return reply.validation === undefined ? result : { ...result, validation: reply.validation };
      },
      async evaluate(weights, options) {
        const values = parts.join(weights, options.own);
        return expect("evaluated", await client.request({ kind: "evaluate", values }, options.signal)).evaluation;
      },
      close,
    };
  } catch (cause) {
    await client.close();
    signal?.throwIfAborted();
    throw cause;
  } finally {
    signal?.removeEventListener("abort", close);
  }
}
