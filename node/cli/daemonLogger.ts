import { createLogger } from "../adapters/system/logger.ts";
import type { Logger } from "../ports/logger.ts";
import type { Cli } from "./cli.ts";
import type { Home } from "./home.ts";

/** A daemon's log: everything from info on (with --verbose from debug on) as JSON lines in its folder, warnings on standard error as well. */
export function daemonLogger(cli: Cli, home: Home): Logger {
  const file = createLogger({ level: cli.verbose ? "debug" : "info", destination: home.log });
  const screen = createLogger({ level: cli.verbose ? "info" : "warn", pretty: true });
  return both(file, screen);
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
