/** Loaded into each daemon of a soak before its program: collects garbage when told to, so that what is left can be measured. */
import type { Collected, CollectMessage } from "./collect.ts";

process.on("message", (message) => {
  if (message !== ("collect" satisfies CollectMessage)) return;
  // An ordinary collection keeps pages that it emptied for later, for ever if need be: one burst, and resident memory says so to the end.
  globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
  process.send?.(process.memoryUsage() satisfies Collected);
});
// Listening must not keep a daemon alive that has come to its end.
process.channel?.unref();
