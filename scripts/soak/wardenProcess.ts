/** The process of `Warden`: waits until its parent is gone, then ends what it was told of. */
import type { WardenMessage } from "./warden.ts";

const watched = new Map<number, NodeJS.Signals>();

process.on("message", ({ pid, signal }: WardenMessage) => {
  if (signal === undefined) watched.delete(pid);
  else watched.set(pid, signal);
});
// A Ctrl-C in the terminal reaches all of its processes; this one goes last.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => undefined);
process.once("disconnect", () => {
  for (const [pid, signal] of watched) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
});
