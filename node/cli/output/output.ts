import { toJson } from "./json.ts";

/** Where a command prints. With `--json` standard output carries exactly what `json` got, and all else goes to standard error. */
export interface Output {
  /** Whether the result is to be JSON. */
  readonly isJson: boolean;
  /** A line (or lines) for people: standard output, or standard error with `--json`, unless both are the same terminal. */
  say(text: string): void;
  /** A remark that is no result, such as a warning: always standard error. */
  note(text: string): void;
  /** The result for programs; does nothing without `--json`. */
  json(value: unknown): void;
}

interface Streams {
  out: { write(text: string): unknown; isTTY?: boolean };
  err: { write(text: string): unknown; isTTY?: boolean };
}

export function createOutput(isJson: boolean, streams: Streams = { out: process.stdout, err: process.stderr }): Output {
  // Somebody who asks for JSON at a terminal would see everything twice.
  const isTwice = isJson && streams.out.isTTY === true && streams.err.isTTY === true;
  return {
    isJson,
    say: (text) => void (isTwice || (isJson ? streams.err : streams.out).write(`${text}\n`)),
    note: (text) => void streams.err.write(`${text}\n`),
    json: (value) => void (isJson && streams.out.write(`${toJson(value)}\n`)),
  };
}
