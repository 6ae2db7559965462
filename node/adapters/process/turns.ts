import { abortable } from "./abortable.ts";

/** One piece of work at a time, in the order of asking. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Does the work when all before it is over. The caller is told at once when the signal aborts; the next work still waits until this one is over.
   * @throws what the work throws; the signal's reason
   */
  take<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const done = this.#last.then(async () => {
      signal.throwIfAborted();
      return await work();
    });
    this.#last = done.catch(() => undefined);
    return abortable(done, signal);
  }
}
