import type { Worker } from "node:worker_threads";
import { SwarmError } from "../../../core/errors.ts";

/** A call of a method in a split worker, and what comes back. */
export interface Call {
  id: number;
  method: string;
  args: unknown[];
}

export type Answer =
  | { id: number; value: unknown }
  | { id: number; failed: { code: string; message: string; data: Record<string, unknown> } };

/** What an error is to the other thread. */
export function failureOf(cause: unknown): { code: string; message: string; data: Record<string, unknown> } {
  if (cause instanceof SwarmError) return { code: cause.code, message: cause.message, data: { ...cause.data } };
  const { message, stack } = cause instanceof Error ? cause : { message: String(cause), stack: undefined };
  return { code: "LEARNER_FAILED", message: `training failed: ${message}`, data: { stack } };
}

/** Calls into one worker, answered in order. A worker that died has lost its part, so that whoever calls has to load it again. */
export interface Calls {
  /** @throws SwarmError what the method threw; LEARNER_CRASHED, LEARNER_CLOSED */
  call<T>(method: string, ...args: unknown[]): Promise<T>;
  close(): Promise<void>;
}

export function callsTo(worker: Worker): Calls {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let ended: SwarmError | undefined;
  let crash: unknown;
  let closing = false;
  let next = 0;
  worker.on("message", (answer: Answer) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (!("failed" in answer)) return call?.resolve(answer.value);
    const { code, message, data } = answer.failed;
    call?.reject(new SwarmError(code, message, data));
  });
  worker.on("error", (error) => {
    crash = error;
  });
  worker.once("exit", (exitCode) => {
    const reason = crash instanceof Error ? crash.message : `exit code ${exitCode}`;
    ended = closing
      ? new SwarmError("LEARNER_CLOSED", "the learner was closed while it worked")
      : new SwarmError(
          "LEARNER_CRASHED",
          `the training worker ended (${reason}); run the command again`,
          { exitCode },
          crash,
        );
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  });
  return {
    call<T>(method: string, ...args: unknown[]): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        if (ended) return reject(ended);
        const id = next++;
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- workers have none
        worker.postMessage({ id, method, args } satisfies Call);
      });
    },
    async close() {
      closing = true;
      await worker.terminate();
    },
  };
}
