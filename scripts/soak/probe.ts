/** Loaded into each daemon of a soak before its program: collects garbage when told to, so that what is left can be measured. */
import type { Collected, CollectMessage } from "./collect.ts";

process.on("message", (message) => {
  if (message !== ("collect" satisfies CollectMessage)) return;
  globalThis.gc?.();
  process.send?.(process.memoryUsage() satisfies Collected);
});
// Listening must not keep a daemon alive that has come to its end.
process.channel?.unref();
