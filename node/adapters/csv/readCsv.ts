import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { CsvError, type Info, parse } from "csv-parse";
import { SwarmError } from "../../core/errors.ts";
import { classReader, isMissing, parseNumber } from "./cell.ts";
import { type ColumnPlaces, findColumns } from "./columns.ts";
import { GrowingFloats } from "./growingFloats.ts";

/** Most values of a file that are read: 1 GiB as float32. */
export const MAX_CSV_VALUES = 268_435_456;
/** Longest record in characters: a quote that is never closed must not swallow the file. */
const MAX_RECORD_SIZE = 1_048_576;

/** What is read from a file. Columns are matched by name, so their order in the file does not matter. */
export interface CsvSchema {
  features: readonly string[];
  /** Left out, rows have no labels: a column of them is not looked at. */
  label?: { column: string; classes: readonly string[] };
  /** Column whose cells are given back as they are, to tell rows by. */
  id?: string;
  /** "mean" leaves NaN for `imputeMeans`; a number takes the place of what is missing, before normalization. */
  missing: "refuse" | "mean" | number;
  normalize: "none" | { mean: number | number[]; std: number | number[] };
  maxValues?: number;
}

/** Rows, with their labels where these were asked for. */
export interface Dataset {
  /** [rows, width], row-major, normalized. */
  features: Float32Array;
  /** Class index of each row; empty where the schema has no label. */
  labels: Int32Array;
  rows: number;
  width: number;
  /** Each row's cell in the schema's `id` column; absent where it has none. */
  ids?: string[];
}

/**
 * Reads rows from a comma-separated file with a header (RFC 4180; byte order mark, CRLF and quotes are fine).
 * Errors name file, line and column, and never the cell's value: it is a patient's.
 * @throws SwarmError CSV_UNREADABLE, CSV_EMPTY, CSV_MISSING_COLUMN, CSV_DUPLICATE_COLUMN, CSV_RAGGED_ROW, CSV_MALFORMED,
 *   CSV_MISSING_VALUE, CSV_NOT_A_NUMBER, CSV_UNKNOWN_CLASS, CSV_TOO_LARGE
 */
export async function readCsv(
  path: string,
  schema: CsvSchema,
  options: { signal?: AbortSignal } = {},
): Promise<Dataset> {
  const rows = new RowReader(path, schema);
  const parser = parse({
    bom: true,
    trim: true,
    info: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: MAX_RECORD_SIZE,
  });
  try {
    await pipeline(
      createReadStream(path),
      parser,
      (records) => rows.readAll(records as AsyncIterable<LocatedRecord>),
      options,
    );
  } catch (cause) {
    throw asSwarmError(path, cause);
  }
  return rows.dataset();
}

interface LocatedRecord {
  record: string[];
  info: Info;
}

class RowReader {
  readonly #path: string;
  readonly #schema: CsvSchema;
  readonly #classOf: (cell: string) => number | undefined;
  readonly #features = new GrowingFloats();
  readonly #labels: number[] = [];
  readonly #ids: string[] = [];
  #rows = 0;

  constructor(path: string, schema: CsvSchema) {
    this.#path = path;
    this.#schema = schema;
    this.#classOf = classReader(schema.label?.classes ?? []);
  }

  async readAll(records: AsyncIterable<LocatedRecord>): Promise<void> {
    let places: ColumnPlaces | undefined;
    for await (const { record, info } of records) {
      if (places === undefined) places = findColumns(record, this.#schema, this.#path);
      else this.#readRow(record, info.lines, places);
    }
  }

  dataset(): Dataset {
    const rows = this.#rows;
    if (rows === 0)
      throw new SwarmError("CSV_EMPTY", `${this.#path} has no rows: it needs a header and one line per record`, {
        path: this.#path,
      });
    return {
      features: this.#features.toArray(),
      labels: Int32Array.from(this.#labels),
      rows,
      width: this.#schema.features.length,
      ...(this.#schema.id === undefined ? {} : { ids: this.#ids }),
    };
  }

  #readRow(record: string[], line: number, places: ColumnPlaces): void {
    if (record.length !== places.width) {
      const what = `has ${record.length} fields, the header has ${places.width}; quote fields that contain commas`;
      throw new SwarmError("CSV_RAGGED_ROW", `${this.#path}:${line}: ${what}`, { path: this.#path, line });
    }
    const limit = this.#schema.maxValues ?? MAX_CSV_VALUES;
    if (this.#features.length + places.features.length > limit) {
      throw new SwarmError("CSV_TOO_LARGE", `${this.#path}:${line}: more than ${limit} values; train on fewer rows`, {
        path: this.#path,
        line,
      });
    }
    for (const [feature, place] of places.features.entries())
      this.#features.push(this.#number(record[place] ?? "", feature, line));
    if (places.label !== undefined) this.#labels.push(this.#class(record[places.label] ?? "", line));
    if (places.id !== undefined) this.#ids.push(record[places.id] ?? "");
    this.#rows++;
  }

  #number(cell: string, feature: number, line: number): number {
    const { missing, normalize, features } = this.#schema;
    let value: number | undefined;
    if (isMissing(cell)) {
      if (missing === "mean") return Number.NaN;
      if (missing === "refuse")
        throw this.#wrong(
          "CSV_MISSING_VALUE",
          line,
          features[feature] ?? "",
          'is empty; fill it in, or set data.missing to "mean" or a number',
        );
      value = missing;
    } else {
      value = parseNumber(cell);
    }
    if (value !== undefined && normalize !== "none")
      value = (value - at(normalize.mean, feature)) / at(normalize.std, feature);
    if (value !== undefined && Number.isFinite(Math.fround(value))) return value;
    throw this.#wrong(
      "CSV_NOT_A_NUMBER",
      line,
      features[feature] ?? "",
      "is no finite number; write it with a decimal point",
    );
  }

  #class(cell: string, line: number): number {
    const { column, classes } = this.#schema.label ?? { column: "", classes: [] };
    const label = this.#classOf(cell);
    if (label !== undefined) return label;
    if (isMissing(cell))
      throw this.#wrong("CSV_MISSING_VALUE", line, column, "is empty; rows without a label cannot be trained on");
    throw this.#wrong(
      "CSV_UNKNOWN_CLASS",
      line,
      column,
      `is none of the task's classes ${classes.map((name) => `"${name}"`).join(", ")}`,
    );
  }

  #wrong(code: string, line: number, column: string, what: string): SwarmError {
    return new SwarmError(code, `${this.#path}:${line}: column "${column}" ${what}`, {
      path: this.#path,
      line,
      column,
    });
  }
}

function at(values: number | number[], index: number): number {
  return typeof values === "number" ? values : (values[index] ?? Number.NaN);
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
  return new SwarmError("CSV_UNREADABLE", `cannot read ${path}: ${(cause as Error).message}`, { path }, cause);
}
