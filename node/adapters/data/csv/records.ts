import { createReadStream } from "node:fs";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CsvError, type Info, parse } from "csv-parse";
import { SwarmError } from "../../../core/errors.ts";
import { whyUnreadable } from "../errors.ts";

/** Longest record in characters: a quote that is never closed must not swallow the file. */
const MAX_RECORD_SIZE = 1_048_576;

/**
 * Reads a separated file with a header (RFC 4180; byte order mark, CRLF and quotes are fine), one record in memory at a time.
 * @param onRecord fields and the line that the record ends on, from 1; what it throws ends the reading
 * @throws SwarmError CSV_UNREADABLE, CSV_MALFORMED
 */
export async function readRecords(
  path: string,
  delimiter: "," | "\t",
  onRecord: (fields: string[], line: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  let failure: unknown;
  const parser = parse({
    bom: true,
    delimiter,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: MAX_RECORD_SIZE,
    on_record(fields: string[], { lines }: Info) {
      if (failure !== undefined) return null;
      try {
        onRecord(fields, lines);
      } catch (cause) {
        failure = cause;
        parser.destroy(cause as Error);
      }
      // Nothing is passed on: a stream of records would cost more than the parsing.
      return null;
    },
  });
  const nothing = new Writable({ objectMode: true, write: (_record, _encoding, done) => done() });
  try {
    await pipeline(createReadStream(path), parser, nothing, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw asSwarmError(path, failure ?? cause);
  }
  if (failure !== undefined) throw asSwarmError(path, failure);
}

function asSwarmError(path: string, cause: unknown): unknown {
  if (cause instanceof SwarmError || (cause as Error).name === "AbortError") return cause;
  if (cause instanceof CsvError) {
    const line = (cause as { lines?: number }).lines ?? 0;
    const what = cause.code.startsWith("CSV_MAX")
      ? "a record is too long; is a quote not closed?"
      : "quotes are not closed or stand in the middle of a field";
    return new SwarmError("CSV_MALFORMED", `${path}:${line}: ${what}`, { path, line, parser: cause.code });
  }
  return new SwarmError("CSV_UNREADABLE", `cannot read ${path}: ${whyUnreadable(cause)}`, { path }, cause);
}
