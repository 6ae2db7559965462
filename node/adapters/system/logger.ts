import { type DestinationStream, destination, type LevelWithSilent, pino } from "pino";
import { prettyFactory } from "pino-pretty";
import type { Logger } from "../../ports/logger.ts";
import { openLogFile } from "./logFile.ts";

export interface LoggerInit {
  /** The least level that is written; "info" by default. */
  readonly level?: LevelWithSilent;
  /** A file to append to (made 0600, its folder too), or a stream; standard error by default. */
  readonly destination?: string | DestinationStream;
  /** Lines for people instead of JSON; by default if standard error is the destination and a terminal. */
  readonly pretty?: boolean;
}

/** No secret is ever passed to a logger; should one slip in under a telling name, it is not written. */
const SECRET_NAMES = ["password", "passphrase", "privateKey", "secret", "ageIdentity", "mnemonic"];
const REDACTED = SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

function target(init: LoggerInit): DestinationStream {
  if (init.destination !== undefined && typeof init.destination !== "string") return init.destination;
  if (init.destination !== undefined) return openLogFile(init.destination);
  const stderr = destination({ dest: 2, sync: true });
  // Standard error may be a file on a full disk, or closed: that must not end what the log is about.
  stderr.on("error", () => undefined);
  return stderr;
}

function wrap(logger: pino.Logger): Logger {
  const write =
    (level: "debug" | "info" | "warn" | "error") =>
    (message: string, context?: Record<string, unknown>): void =>
      logger[level](context ?? {}, message);
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: (context) => wrap(logger.child(context)),
  };
}

/** Errors lose their message in JSON; bigints and binary data have no JSON form, or one that floods the log. */
function printable(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (value instanceof Error) {
    const { code, data } = value as Error & { code?: unknown; data?: unknown };
    return {
      message: value.message,
      ...(code === undefined ? {} : { code }),
      ...(data === undefined ? {} : { data: printableFields(data) }),
      stack: value.stack,
      ...(value.cause === undefined ? {} : { cause: printable(value.cause) }),
    };
  }
  return value;
}

function printableFields(context: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(context ?? {}).map(([name, value]) => [name, printable(value)]));
}

/** Structured logs: one JSON object a line with `time` (ISO 8601), `level` (word), `msg` and the context. Logging itself never throws. */
export function createLogger(init: LoggerInit = {}): Logger {
  const pretty = init.pretty ?? (init.destination === undefined && process.stderr.isTTY === true);
  const sink = target(init);
  const format = prettyFactory({
    colorize: init.destination === undefined && process.stderr.isTTY === true,
    translateTime: "SYS:HH:MM:ss",
  });
  const stream: DestinationStream = pretty ? { write: (line) => void sink.write(format(line)) } : sink;
  return wrap(
    pino(
      {
        level: init.level ?? "info",
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        redact: { paths: REDACTED, censor: "[not logged]" },
        formatters: { level: (label) => ({ level: label }), log: printableFields, bindings: printableFields },
      },
      stream,
    ),
  );
}
