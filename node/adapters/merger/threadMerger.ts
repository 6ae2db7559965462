import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { type KernelsName, kernelsOf } from "../../core/merge/chooseKernels.ts";
import { SwarmError } from "../../core/errors.ts";
import type { Disk } from "../../ports/disk.ts";
import type { Merger } from "../../ports/merger.ts";
import type { Answer, ThreadMerge } from "./protocol.ts";

export interface ThreadMergerInit {
  /** The node's data folder, as `openDisk` took it. */
  dir: string;
  disk: Pick<Disk, "open">;
  kernels: KernelsName;
  /** For merges that are done before a thread has started. */
  small: Merger;
}

export interface ThreadMergerOptions {
  /** Bytes of updates and base together from which on a thread merges. */
  threadFrom?: number;
  spawn?: (merge: ThreadMerge) => Worker;
}

/** Some ten milliseconds of merging, and less than a thread takes to start. */
const THREAD_FROM = 4 << 20;
/** MiB of a thread's JavaScript heap. Model, result and blocks are outside of it. */
const HEAP_MIB = 128;

/**
 * Merges large models in a thread of their own, so that peers and chain are served meanwhile: one for each merge, which ends with it, so that
 * nothing of it stays in memory. It is given names of files, and gives back the merged file without a copy.
 */
export function createThreadMerger(init: ThreadMergerInit, options: ThreadMergerOptions = {}): Merger {
  const { threadFrom = THREAD_FROM, spawn = spawnThread } = options;
  const { dir, disk, kernels, small } = init;
  return {
    kernels: kernelsOf(kernels),
    async merge(merge, { signal }) {
      const base = await disk.open("model", merge.base);
      await base?.close();
      // Where the base is absent, it is for the other to say so.
      const bytes = (base?.size ?? 0) * (merge.included.length + 1);
      if (bytes < threadFrom) return small.merge(merge, { signal });
      signal.throwIfAborted();
      const { watch, ...context } = merge.context;
      const asked = { dir, kernels, merge: { ...merge, context }, isWatched: watch !== undefined };
      const { observed, ...merged } = await answerOf(spawn(asked), signal);
      if (observed !== undefined) watch?.(observed);
      return merged;
    },
  };
}

function spawnThread(merge: ThreadMerge): Worker {
  // The same file name with the ending of this module: .ts from source, .js when built.
  const file = new URL(`./worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
  const resourceLimits = { maxOldGenerationSizeMb: HEAP_MIB, maxYoungGenerationSizeMb: 4 };
  return new Worker(file, { name: "merging", workerData: merge, resourceLimits });
}

/** The thread's answer once it has ended, however that was. @throws SwarmError what it answered, MERGER_CRASHED; the signal's reason */
async function answerOf(thread: Worker, signal: AbortSignal): Promise<Answer & { kind: "merged" }> {
  const ended = Promise.withResolvers<number>();
  let answer: Answer | undefined;
  let crash: unknown;
  thread.on("message", (message: Answer) => {
    answer = message;
  });
  thread.on("error", (error) => {
    crash = error;
  });
  thread.once("exit", ended.resolve);
  const stop = (): void => void thread.terminate();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const exitCode = await ended.promise;
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  if (answer === undefined) {
    const reason = crash instanceof Error ? crash.message : `exit code ${exitCode}`;
    const message = `the merging thread ended (${reason}); another one tries again. If it stays, look at the memory of this machine`;
    throw new SwarmError("MERGER_CRASHED", message, { exitCode }, crash);
  }
  if (answer.kind === "failed") throw new SwarmError(answer.code, answer.message, answer.data);
  return answer;
}
