import type { TaskDocument } from "../../core/task/schema.ts";
import type { EngineName } from "../../ports/learner.ts";
import { expect } from "./protocol.ts";
import { spawnWorker } from "./spawnWorker.ts";
import { WorkerClient } from "./workerClient.ts";

export interface EngineSpeed {
  /** With its version. */
  engine: string;
  /** Milliseconds of one training step, of a batch of the task's size. */
  ms: number;
}

/**
 * Starts an engine in a worker thread of its own and trains the task's model there on random rows, for about a second.
 * @throws SwarmError TRAINING_ENGINE where it does not start, TASK_NO_LAYERS, TRAINING_DIVERGED, LEARNER_CRASHED
 */
export async function measureEngine(
  document: TaskDocument,
  name: EngineName,
  { signal }: { signal: AbortSignal },
): Promise<EngineSpeed> {
  const setup = { document, dataPath: "", use: "measure", engine: name } as const;
  const client = new WorkerClient((stop) => spawnWorker({ ...setup, stop }));
  try {
    const { engine } = await client.start();
    const { ms } = expect("measured", await client.request({ kind: "measure" }, signal));
    return { engine, ms };
  } finally {
    await client.close();
  }
}
