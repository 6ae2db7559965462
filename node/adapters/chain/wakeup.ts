import type { Clock } from "../../ports/clock.ts";

/** A sleep that something can end early. A wake-up that comes while nobody sleeps ends the next sleep at once. */
export class Wakeup {
  #clock: Clock;
  #woken = false;
  #end: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wake(): void {
    this.#woken = true;
    this.#end?.();
  }

  /** Resolves after `ms` or when woken; rejects with the signal's reason. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#woken) {
      const nap = new AbortController();
      const forward = (): void => nap.abort();
      signal.addEventListener("abort", forward, { once: true });
      this.#end = forward;
      try {
        await this.#clock.sleep(ms, nap.signal);
      } catch (error) {
        if (!nap.signal.aborted) throw error;
      } finally {
        this.#end = undefined;
        signal.removeEventListener("abort", forward);
      }
    }
    this.#woken = false;
    signal.throwIfAborted();
  }
}
