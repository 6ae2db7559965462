import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../../ports/clock.ts";

/** Longest that a timer of Node's takes; beyond it, it would fire at once. Milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The machine's clock. */
export function createClock(): Clock {
  return {
    now: () => Date.now(),
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      const end = performance.now() + ms;
      for (let left = ms; left > 0; left = end - performance.now()) {
        await sleep(Math.min(left, LONGEST_TIMER), undefined, { signal }).catch((error: unknown) => {
          // Node wraps the reason; the port promises the reason itself.
          throw signal.aborted ? signal.reason : error;
        });
      }
    },
  };
}
