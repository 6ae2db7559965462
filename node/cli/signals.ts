import { EXIT, type ExitCode } from "./exitCodes.ts";

/** A terminal that closes sends SIGHUP; service managers send SIGTERM. */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Several sources may pass one signal on (a terminal, npm, a service manager); within this time they are one. Milliseconds. */
const ONE_SIGNAL = 250;
/** How long a command may take to end once its parent is gone. Milliseconds. */
const ORPHAN_LIMIT = 10_000;

/** What asks this process to end. */
export interface Signals extends Disposable {
  /** The exit code that says so; undefined until somebody asked. */
  readonly interrupted: ExitCode | undefined;
}

/**
 * Calls `stop` at the first Ctrl-C, SIGTERM or SIGHUP, and ends the process at the next one. A process that was started with a channel
 * to its parent also stops when the parent goes, however it went: nobody else would ever end it.
 */
export function onSignals(stop: () => void): Signals {
  let interrupted: ExitCode | undefined;
  let last = Number.NEGATIVE_INFINITY;
  const ask = (code: ExitCode): void => {
    interrupted = code;
    stop();
  };
  const onSignal = (name: NodeJS.Signals): void => {
    const now = performance.now();
    const repeated = now - last < ONE_SIGNAL;
    last = now;
    if (repeated) return;
    if (interrupted !== undefined) process.exit(interrupted);
    ask(name === "SIGINT" ? EXIT.INTERRUPTED : EXIT.TERMINATED);
  };
  const onOrphaned = (): void => {
    setTimeout(() => process.exit(EXIT.TERMINATED), ORPHAN_LIMIT).unref();
    if (interrupted === undefined) ask(EXIT.TERMINATED);
  };
  for (const name of ENDING) process.on(name, onSignal);
  process.once("disconnect", onOrphaned);
  // Listening must not keep a command alive that has come to its end.
  process.channel?.unref();
  return {
    get interrupted() {
      return interrupted;
    },
    [Symbol.dispose]() {
      for (const name of ENDING) process.off(name, onSignal);
      process.off("disconnect", onOrphaned);
    },
  };
}
