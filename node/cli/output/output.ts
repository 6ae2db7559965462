import { toJson } from "./json.ts";

/** Where a command prints. With `--json` standard output carries exactly what `json` got, and all else goes to standard error. */
export interface Output {
  /** Whether the result is to be JSON. */
  readonly isJson: boolean;
  /** A line (or lines) for people: standard output, or standard error with `--json`. */
  say(text: string): void;
  /** A remark that is no result, such as a warning: always standard error. */
  note(text: string): void;
  /** The result for programs; does nothing without `--json`. */
  json(value: unknown): void;
}

interface Streams {
  out: { write(text: string): unknown };
  err: { write(text: string): unknown };
}

export function createOutput(isJson: boolean, streams: Streams = { out: process.stdout, err: process.stderr }): Output {
  return {
    isJson,
    say: (text) => void (isJson ? streams.err : streams.out).write(`${text}\n`),
    note: (text) => void streams.err.write(`${text}\n`),
    json: (value) => void (isJson && streams.out.write(`${toJson(value)}\n`)),
  };
}
