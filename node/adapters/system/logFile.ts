import { mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { DestinationStream } from "pino";

const FILE_MODE = 0o600;

/** Says that lines are being lost; called once per file. */
export type SayLost = (text: string) => void;

/**
 * A file that log lines are appended to, each at once: the last lines before a crash are the ones that matter. Writing never throws:
 * a full disk must not end what the log is about. What could not be written is counted, said once, and noted when writing works again.
 * @throws Error of the file system where the file cannot be opened at all
 */
export function openLogFile(path: string, sayLost: SayLost = sayOnStderr): DestinationStream {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fd = openSync(path, "a", FILE_MODE);
  let lost = 0;
  let said = false;
  let torn = false;
  const append = (text: string): void => {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length;) {
      const written = writeSync(fd, bytes, at);
      at += written;
      // Part of a line is on the disk until its end is, too: the next line must not continue it.
      torn = at < bytes.length;
    }
  };
  return {
    write(line) {
      try {
        append(`${torn ? "\n" : ""}${lost > 0 ? lostLine(lost) : ""}${line}`);
        lost = 0;
      } catch (error) {
        lost += 1;
        if (said) return;
        said = true;
        sayLost(`the log ${path} cannot be written: ${(error as Error).message}. Work goes on without these lines`);
      }
    },
  };
}

const lostLine = (lines: number): string =>
  `${JSON.stringify({ level: "warn", time: new Date().toISOString(), msg: "Lines of this log could not be written", lines })}\n`;

function sayOnStderr(text: string): void {
  try {
    writeSync(2, `warning: ${text}\n`);
  } catch {
    // Nobody can be told: standard error is gone as well.
  }
}
