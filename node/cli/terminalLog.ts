import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import { printable } from "./output/table.ts";
import { counted } from "./output/units.ts";

/** Milliseconds within which a warning that was printed is counted instead of printed again. */
const REPEAT_MS = 60_000;
/** Longest reason on a line, characters. The whole error is in the daemon's log, or comes with --verbose. */
const MAX_REASON = 200;

export interface TerminalLog extends Logger {
  /** Prints what was counted and not told yet. */
  flush(): void;
}

/** Warnings and errors for the eyes of an operator: one line each, and one line a minute for what comes again and again. */
export function terminalLog(clock: Pick<Clock, "now">, write: (line: string) => void): TerminalLog {
  const printed = new Map<string, { since: number; again: number }>();

  const tell = (text: string, again = 0): void => {
    const time = new Date(clock.now()).toTimeString().slice(0, 8);
    write(`${time} ${text}${again > 0 ? ` (${counted(again, "more time")})` : ""}`);
  };
  /** Tells and forgets what was printed before `moment`, but for one text. */
  const settle = (moment: number, except?: string): void => {
    for (const [text, { since, again }] of printed) {
      if (text === except || since > moment) continue;
      printed.delete(text);
      if (again > 0) tell(text, again);
    }
  };
  const to =
    (level: "warning" | "error") =>
    (message: string, context?: Record<string, unknown>): void => {
      const text = `${level}: ${oneLine(message, context?.["error"])}`;
      const now = clock.now();
      settle(now - REPEAT_MS, text);
      const before = printed.get(text);
      if (before && now - before.since < REPEAT_MS) {
        before.again++;
        return;
      }
      printed.set(text, { since: now, again: 0 });
      tell(text, before?.again);
    };
  const log: TerminalLog = {
    debug: () => undefined,
    info: () => undefined,
    warn: to("warning"),
    error: to("error"),
    child: () => log,
    flush: () => settle(Number.POSITIVE_INFINITY),
  };
  return log;
}

function oneLine(message: string, error: unknown): string {
  const reason = error instanceof Error ? error.message || error.name : "";
  const words = message.endsWith(reason) ? message : withReason(message, cut(reason));
  return printable(words.replaceAll(/\s*\n\s*/g, " "));
}

/** What happened and why, once where the message says why already. */
export const withReason = (message: string, reason: string): string =>
  message.endsWith(reason) ? message : `${message}: ${reason}`;

const cut = (text: string): string => (text.length > MAX_REASON ? `${text.slice(0, MAX_REASON)}...` : text);
