/**
 * A signal that aborts when `signal` does or after `ms`, and lets go of both when disposed: AbortSignal.any and .timeout keep a
 * listener or a timer for every request of a daemon that runs for months.
 */
export function timeLimit(
  signal: AbortSignal,
  ms: number,
): { signal: AbortSignal; timedOut: () => boolean } & Disposable {
  const controller = new AbortController();
  let timedOut = false;
  const onAbort = (): void => controller.abort(signal.reason);
  const timer = setTimeout(() => {
    timedOut = true;
    controller.abort(new DOMException("no answer in time", "TimeoutError"));
  }, ms);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return {
    signal: controller.signal,
    timedOut: () => timedOut,
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    },
  };
}
