/**
 * Runs `work` a while after it is asked for, and never twice at once: what is asked for meanwhile is one more run after it. However often it is asked,
 * it does run.
 * @param pause milliseconds before each run @param signal ends it
 */
export function oneAtATime(work: () => Promise<void>, pause: number, signal: AbortSignal): () => void {
  let isAsked = false;
  let isRunning = false;
  const run = async (): Promise<void> => {
    isRunning = true;
    while (isAsked && !signal.aborted) {
      await new Promise((done) => setTimeout(done, pause));
      isAsked = false;
      if (!signal.aborted) await work();
    }
    isRunning = false;
  };
  return () => {
    isAsked = true;
    if (!isRunning) void run();
  };
}
