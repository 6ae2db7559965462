import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Course, Job } from "./course.ts";

export interface Done {
  job: Job;
  course: Course;
}

/**
 * Runs swarms in threads. Each depends on its job only, so the number of threads changes nothing but the time.
 * @param onDone called with each in the order of `jobs`, as soon as it and all before it have ended
 * @returns all, in the order of `jobs`
 * @throws the signal's reason, or a thread's error
 */
export async function runJobs(
  jobs: readonly Job[],
  threads: number,
  signal: AbortSignal,
  onDone: (done: Done) => void,
): Promise<Done[]> {
  const ended: (Done | undefined)[] = jobs.map(() => undefined);
  let next = 0;
  let told = 0;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const serve = async (): Promise<void> => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url));
    try {
      for (let at = next++; at < jobs.length; at = next++) {
        const job = jobs[at] as Job;
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- workers have none
        worker.postMessage(job);
        // An error of the thread rejects, too.
        const [course] = (await once(worker, "message", { signal: either })) as [Course];
        ended[at] = { job, course };
        for (let done = ended[told]; done !== undefined; done = ended[++told]) onDone(done);
      }
    } catch (error) {
      stop.abort(error);
      throw error;
    } finally {
      await worker.terminate();
    }
  };
  await Promise.allSettled(Array.from({ length: Math.min(threads, jobs.length) }, serve));
  either.throwIfAborted();
  return ended.filter((done) => done !== undefined);
}
