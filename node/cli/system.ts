import { createClock } from "../adapters/system/clock.ts";
import { createLogger } from "../adapters/system/logger.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Cli } from "./cli.ts";
import { terminalLog } from "./terminalLog.ts";

/** The adapters' log lines of a command: a line for each warning on standard error, with --verbose all of them, whole. */
export const cliLogger = (cli: Cli): Logger =>
  cli.verbose ? createLogger({ level: "debug", pretty: true }) : terminalLog(cliClock(), (line) => cli.out.note(line));

export const cliClock = (): Clock => createClock();
