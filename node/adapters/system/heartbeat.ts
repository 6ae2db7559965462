const BEAT_MS = 1_000;
/** A pause is remembered for so long after it ended, milliseconds. */
const MEMORY_MS = 30_000;

export interface Heartbeat extends Disposable {
  /** Seconds for which the event loop stood still at the longest, within the last half minute or until now; 0 where it did not. */
  stoodStill(): number;
}

/** Watches that this process's event loop goes round. @param now monotonic milliseconds */
export function startHeartbeat(now: () => number = () => performance.now()): Heartbeat {
  let last = now();
  let pauses: { ended: number; ms: number }[] = [];
  const timer = setInterval(() => {
    const time = now();
    const ms = time - last - BEAT_MS;
    last = time;
    if (ms > BEAT_MS) pauses.push({ ended: time, ms });
    pauses = pauses.filter(({ ended }) => time - ended < MEMORY_MS);
  }, BEAT_MS);
  timer.unref();
  return {
    stoodStill: () => {
      const open = now() - last - BEAT_MS;
      return Math.max(0, ...pauses.map(({ ms }) => ms), open > BEAT_MS ? open : 0) / 1000;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
