import type { Worker } from "node:worker_threads";
import { SwarmError } from "../../core/errors.ts";
import type { TrainingProgress } from "../../ports/learner.ts";
import type { Reply, Request } from "./protocol.ts";

type Ready = Extract<Reply, { kind: "ready" }>;

/** Starts a worker that answers by the protocol. @param stop shared int32 that makes it stop training */
export type Spawn = (stop: SharedArrayBuffer) => Worker;

/**
 * Talks to one training worker at a time. A worker that died is replaced by the next request, so that a crash costs one request.
 */
export class WorkerClient {
  readonly #spawn: Spawn;
  readonly #stop = new SharedArrayBuffer(4);
  #worker: Worker | undefined;
  #ready: Promise<Ready> | undefined;
  /** Settled when the request before is answered: the stop flag is for one at a time. */
  #idle: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(spawn: Spawn) {
    this.#spawn = spawn;
  }

  /** Starts a worker unless one runs. @throws SwarmError what its set-up failed with; LEARNER_CRASHED, LEARNER_CLOSED */
  start(): Promise<Ready> {
    if (this.#closed)
      return Promise.reject(new SwarmError("LEARNER_CLOSED", "the learner is closed; create another one"));
    this.#ready ??= this.#launch();
    return this.#ready;
  }

  /**
   * Sends a request and waits for its answer; rejects with the signal's reason as soon as it aborts.
   * @throws SwarmError LEARNER_CRASHED, LEARNER_CLOSED, or what the worker reports
   */
  async request(
    request: Request,
    signal: AbortSignal,
    onProgress?: (progress: TrainingProgress) => void,
  ): Promise<Reply> {
    const before = this.#idle;
    const { promise: answered, resolve: free } = Promise.withResolvers<void>();
    this.#idle = answered;
    const answer = before.then(async () => {
      signal.throwIfAborted();
      await this.start();
      signal.throwIfAborted();
      return this.#ask(request, signal, onProgress);
    });
    answer.then(
      () => free(),
      () => free(),
    );
    return abortable(answer, signal);
  }

  /** Ends the worker; what it was doing rejects with LEARNER_CLOSED. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
  }

  async #launch(): Promise<Ready> {
    const worker = this.#spawn(this.#stop);
    this.#worker = worker;
    // Without a listener an error that comes between two requests would end the process; the exit that follows is what counts.
    worker.on("error", () => {});
    worker.once("exit", () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#ready = undefined;
    });
    try {
      const reply = await this.#reply(worker, (message) => message.kind === "ready");
      return reply as Ready;
    } catch (cause) {
      await worker.terminate();
      throw cause;
    }
  }

  async #ask(request: Request, signal: AbortSignal, onProgress?: (progress: TrainingProgress) => void): Promise<Reply> {
    const worker = this.#worker;
    if (worker === undefined) throw this.#ended();
    const stop = () => Atomics.store(new Int32Array(this.#stop), 0, 1);
    Atomics.store(new Int32Array(this.#stop), 0, 0);
    signal.addEventListener("abort", stop, { once: true });
    try {
      const answer = this.#reply(worker, (message) => {
        if (message.kind !== "progress") return true;
        if (!signal.aborted) onProgress?.(message.progress);
        return false;
      });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- workers have none
      worker.postMessage(request);
      return await answer;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** The next message that `isAnswer` takes; a report of failure or the worker's end rejects. */
  #reply(worker: Worker, isAnswer: (message: Reply) => boolean): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    let crash: unknown;
    const onMessage = (message: Reply) => {
      if (message.kind === "failed") reject(new SwarmError(message.code, message.message, message.data));
      else if (isAnswer(message)) resolve(message);
    };
    const onError = (error: unknown) => {
      crash = error;
    };
    const onExit = (exitCode: number) => reject(this.#ended(exitCode, crash));
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    const settled = () => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
    };
    promise.then(settled, settled);
    return promise;
  }

  #ended(exitCode?: number, cause?: unknown): SwarmError {
    if (this.#closed) return new SwarmError("LEARNER_CLOSED", "the learner was closed while it worked");
    const reason = cause instanceof Error ? cause.message : `exit code ${exitCode}`;
    return new SwarmError(
      "LEARNER_CRASHED",
      `the training worker ended (${reason}); the next round starts another one`,
      { exitCode },
      cause,
    );
  }
}

/** The promise, or the signal's reason once it aborts, whichever is first. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener("abort", onAbort));
}
