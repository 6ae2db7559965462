import type { Clock } from "../../ports/clock.ts";

/** Time that only moves when told to. */
export interface VirtualClock extends Clock {
  /**
   * Moves time on by `ms`, waking sleepers in the order of their times (then of their calls); whoever was woken runs, and may
   * sleep again, before time moves further.
   */
  advance(ms: number): Promise<void>;
  /** Wakes the next sleeper and lets it run. @returns false where nobody sleeps */
  next(): Promise<boolean>;
  /** Times that sleepers wait for, in order. */
  pending(): number[];
}

interface Sleeper {
  at: number;
  order: number;
  /** Undefined once it was woken or has given up: it then stays in the heap until its time and is skipped. */
  wake: (() => void) | undefined;
}

/** Lets everything run that has nothing left to wait for but other promises. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** @param start unix milliseconds */
export function createVirtualClock(start = 0): VirtualClock {
  let now = start;
  let calls = 0;
  const sleepers: Sleeper[] = [];

  /** The first that still sleeps, left in the heap. */
  function first(): Sleeper | undefined {
    while (sleepers.length > 0 && sleepers[0]?.wake === undefined) pop(sleepers);
    return sleepers[0];
  }

  async function wakeFirst(sleeper: Sleeper): Promise<void> {
    now = Math.max(now, sleeper.at);
    pop(sleepers);
    sleeper.wake?.();
    await settle();
  }

  return {
    now: () => now,

    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const onAbort = () => {
          sleeper.wake = undefined;
          reject(signal.reason);
        };
        const sleeper: Sleeper = {
          at: now + Math.max(0, ms),
          order: calls++,
          wake() {
            sleeper.wake = undefined;
            signal.removeEventListener("abort", onAbort);
            resolve();
          },
        };
        push(sleepers, sleeper);
        signal.addEventListener("abort", onAbort, { once: true });
      });
    },

    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let next = first(); next !== undefined && next.at <= until; next = first()) await wakeFirst(next);
      now = until;
    },

    async next() {
      const next = first();
      if (next) await wakeFirst(next);
      return next !== undefined;
    },

    pending: () =>
      sleepers
        .filter(({ wake }) => wake !== undefined)
        .map(({ at }) => at)
        .sort((a, b) => a - b),
  };
}

const isBefore = (a: Sleeper, b: Sleeper): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A binary heap: simulations have hundreds of sleepers and millions of awakenings. */
function push(heap: Sleeper[], sleeper: Sleeper): void {
  let i = heap.push(sleeper) - 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    const above = heap[parent] as Sleeper;
    if (!isBefore(sleeper, above)) break;
    heap[i] = above;
    i = parent;
  }
  heap[i] = sleeper;
}

function pop(heap: Sleeper[]): void {
  const last = heap.pop() as Sleeper;
  if (heap.length === 0) return;
  let i = 0;
  for (;;) {
    const left = 2 * i + 1;
    if (left >= heap.length) break;
    const right = left + 1;
    const child = right < heap.length && isBefore(heap[right] as Sleeper, heap[left] as Sleeper) ? right : left;
    if (!isBefore(heap[child] as Sleeper, last)) break;
    heap[i] = heap[child] as Sleeper;
    i = child;
  }
  heap[i] = last;
}
