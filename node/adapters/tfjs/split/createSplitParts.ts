import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { splitPartsOf } from "../../../core/modes/splitParts.ts";
import type { TaskDocument } from "../../../core/task/schema.ts";
import type { SplitClientPart, SplitServerPart } from "../../../ports/splitLearner.ts";
import { type Calls, callsTo } from "./calls.ts";
import type { SplitWorkerSetup } from "./worker.ts";

/** MiB of a worker's JavaScript heap; rows, weights and WebAssembly memory are outside of it. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 2 };

/**
 * The client's part in a worker thread, which alone reads the rows.
 * @throws SwarmError CSV_* and DATA_* for the rows, TRAINING_ENGINE, TASK_NO_SPLIT, LEARNER_CRASHED
 */
export async function createSplitClientPart(init: {
  document: TaskDocument;
  dataPath: string;
  signal: AbortSignal;
}): Promise<SplitClientPart> {
  const { document, dataPath, signal } = init;
  const { clientSpecs: specs } = splitPartsOf(document);
  type Ready = Pick<SplitClientPart, "engine" | "rows" | "classWeights">;
  const { ready, calls } = await start<Ready>({ document, dataPath }, signal);
  return {
    ...ready,
    specs,
    load: (state) => calls.call("load", state),
    state: () => calls.call("state"),
    forward: (place) => calls.call("forward", place),
    tail: (outputs) => calls.call("tail", outputs),
    backward: (gradient) => calls.call("backward", gradient),
    smash: (from, rows) => calls.call("smash", from, rows),
    figures: (outputs) => calls.call("figures", outputs),
    close: () => calls.close(),
  };
}

/** The server's part in a worker thread. @throws SwarmError TRAINING_ENGINE, TASK_NO_SPLIT, LEARNER_CRASHED */
export async function createSplitServerPart(init: {
  document: TaskDocument;
  signal: AbortSignal;
}): Promise<SplitServerPart> {
  const { serverSpecs: specs } = splitPartsOf(init.document);
  const { ready, calls } = await start<Pick<SplitServerPart, "engine">>({ document: init.document }, init.signal);
  return {
    ...ready,
    specs,
    load: (copy, state) => calls.call("load", copy, state),
    state: (copy) => calls.call("state", copy),
    drop: (copy) => calls.call("drop", copy),
    loss: (copy, place, batch, rows, weights) => calls.call("loss", copy, place, batch, rows, weights),
    forward: (copy, place, batch, rows) => calls.call("forward", copy, place, batch, rows),
    backward: (copy, gradient) => calls.call("backward", copy, gradient),
    apply: (copy) => calls.call("apply", copy),
    discard: (copy) => calls.call("discard", copy),
    outputs: (copy, batch) => calls.call("outputs", copy, batch),
    close: () => calls.close(),
  };
}

async function start<Ready>(setup: SplitWorkerSetup, signal: AbortSignal): Promise<{ ready: Ready; calls: Calls }> {
  // The same file name with the ending of this module: .ts from source, .js when built.
  const file = new URL(`./worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
  signal.throwIfAborted();
  const calls = callsTo(new Worker(file, { name: "split", workerData: setup, resourceLimits: HEAP }));
  const close = (): void => void calls.close();
  signal.addEventListener("abort", close, { once: true });
  try {
    return { ready: await calls.call<Ready>("ready"), calls };
  } catch (cause) {
    await calls.close();
    signal.throwIfAborted();
    throw cause;
  } finally {
    signal.removeEventListener("abort", close);
  }
}
