import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { PolicyName } from "../policies/names.ts";
import type { Shape } from "../schedule/schedule.ts";
import type { Outcome } from "../simulate.ts";
import type { Job } from "./job.ts";

export interface SeedsInit {
  shape: Shape;
  policy: PolicyName | undefined;
  first: number;
  count: number;
  /** Threads. */
  jobs: number;
  /** Whether seeds after one that broke a promise are run, too. */
  goOn: boolean;
  signal: AbortSignal;
  /** Called once per simulation, in the order in which they end. */
  onOutcome(outcome: Outcome): void;
}

/**
 * Runs many seeds in threads. Where it ends at the first broken promise, that is the one of the least seed, whatever the number of threads: seeds
 * are given out in order, and those under way are waited for.
 * @returns outcomes with a broken promise, in order of their seeds
 * @throws the signal's reason, or an error of the simulator itself
 */
export async function runSeeds(init: SeedsInit): Promise<Outcome[]> {
  const { first, count, jobs, signal } = init;
  const broken: Outcome[] = [];
  let next = first;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const takeSeed = (): number | undefined =>
    next < first + count && (init.goOn || broken.length === 0) ? next++ : undefined;
  const serve = async (): Promise<void> => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url));
    try {
      for (let seed = takeSeed(); seed !== undefined; seed = takeSeed()) {
        const job: Job = { seed, shape: init.shape, policy: init.policy };
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- workers have none
        worker.postMessage(job);
        // An error of the thread rejects, too.
        const [outcome] = (await once(worker, "message", { signal: either })) as [Outcome];
        init.onOutcome(outcome);
        if (outcome.violation) broken.push(outcome);
      }
    } catch (error) {
      stop.abort(error);
      throw error;
    } finally {
      await worker.terminate();
    }
  };
  await Promise.allSettled(Array.from({ length: Math.min(jobs, count) }, serve));
  either.throwIfAborted();
  return broken.sort((a, b) => a.seed - b.seed).slice(0, init.goOn ? undefined : 1);
}
