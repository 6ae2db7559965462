import { createClock } from "../adapters/system/clock.ts";
import { createLogger } from "../adapters/system/logger.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Cli } from "./cli.ts";

/** The adapters' log lines of a command: warnings on standard error, with --verbose all of them. */
export const cliLogger = (cli: Cli): Logger => createLogger({ level: cli.verbose ? "debug" : "warn", pretty: true });

export const cliClock = (): Clock => createClock();
