import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { limitThreads } from "./native/limitThreads.ts";
import type { WorkerSetup } from "./protocol.ts";

/** Memory of a worker's JavaScript heap; rows, weights and WebAssembly memory are outside of it. */
export interface WorkerMemory {
  /** MiB; a worker that needs more ends with LEARNER_CRASHED. */
  maxHeapMiB?: number;
}

const DEFAULT_HEAP_MIB = 256;
/** MiB. Small, since most garbage dies at once and four clinics may share one machine. */
const YOUNG_GENERATION_MIB = 2;

/** Starts a training worker: training would block the event loop, and connections with it. */
export function spawnWorker(setup: WorkerSetup, memory: WorkerMemory = {}): Worker {
  if (setup.engine === "native") limitThreads();
  // The same file name with the ending of this module: .ts from source, .js when built.
  const file = new URL(`./worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
  return new Worker(file, {
    name: "training",
    workerData: setup,
    resourceLimits: {
      maxOldGenerationSizeMb: memory.maxHeapMiB ?? DEFAULT_HEAP_MIB,
      maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB,
    },
  });
}
