import type { Clock } from "../../ports/clock.ts";

/** Time that only moves when told to. */
export interface VirtualClock extends Clock {
  /**
   * Moves time on by `ms`, waking sleepers in the order of their times (then of their calls); whoever was woken runs, and may
   * sleep again, before time moves further.
   */
  advance(ms: number): Promise<void>;
  /** Times that sleepers wait for, in order. */
  pending(): number[];
}

interface Sleeper {
  at: number;
  order: number;
  wake(): void;
}

/** Lets everything run that has nothing left to wait for but other promises. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** @param start unix milliseconds */
export function createVirtualClock(start = 0): VirtualClock {
  let now = start;
  let calls = 0;
  const sleepers = new Set<Sleeper>();

  function earliest(): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of sleepers) {
      if (first === undefined || sleeper.at < first.at || (sleeper.at === first.at && sleeper.order < first.order))
        first = sleeper;
    }
    return first;
  }

  return {
    now: () => now,

    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const onAbort = () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        };
        const sleeper: Sleeper = {
          at: now + Math.max(0, ms),
          order: calls++,
          wake() {
            signal.removeEventListener("abort", onAbort);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal.addEventListener("abort", onAbort, { once: true });
      });
    },

    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let next = earliest(); next !== undefined && next.at <= until; next = earliest()) {
        now = Math.max(now, next.at);
        sleepers.delete(next);
        next.wake();
        await settle();
      }
      now = until;
    },

    pending: () => [...sleepers].map((sleeper) => sleeper.at).sort((a, b) => a - b),
  };
}
