import { createLogger } from "../adapters/system/logger.ts";
import type { Logger } from "../ports/logger.ts";
import type { Cli } from "./cli.ts";
import type { Home } from "./home.ts";
import { cliClock } from "./system.ts";
import { terminalLog } from "./terminalLog.ts";

export interface DaemonLogger extends Logger, Disposable {
  /** @param say prints the daemon's last word: called when all warnings are told */
  atEnd(say: () => void): void;
}

/**
 * A daemon's log: everything from info on (with --verbose from debug on) as JSON lines in its folder. On standard error a line for each
 * warning, or with --verbose everything from info on, whole. Disposing of it prints what was counted and not told yet, then the last word.
 */
export function daemonLogger(cli: Cli, home: Pick<Home, "log">): DaemonLogger {
  let lastWord = (): void => undefined;
  const atEnd = (say: () => void): void => void (lastWord = say);
  const file = createLogger({ level: cli.verbose ? "debug" : "info", destination: home.log });
  if (cli.verbose) {
    const screen = createLogger({ level: "info", pretty: true });
    return { ...both(file, screen), atEnd, [Symbol.dispose]: () => lastWord() };
  }
  const screen = terminalLog(cliClock(), (line) => cli.out.note(line));
  return { ...both(file, screen), atEnd, [Symbol.dispose]: () => (screen.flush(), lastWord()) };
}

function both(a: Logger, b: Logger): Logger {
  const to =
    (level: "debug" | "info" | "warn" | "error") =>
    (message: string, context?: Record<string, unknown>): void => {
      a[level](message, context);
      b[level](message, context);
    };
  return {
    debug: to("debug"),
    info: to("info"),
    warn: to("warn"),
    error: to("error"),
    child: (context) => both(a.child(context), b.child(context)),
  };
}
