import { SwarmError } from "../../../core/errors.ts";
import type { Missing, Normalize } from "../../../core/task/dataSchema.ts";
import { classReader, isMissing, parseNumber } from "../cell.ts";
import type { Dataset, ReadOptions } from "../dataset.ts";
import { NOT_A_NUMBER, unknownClassWords } from "../errors.ts";
import { RowSink } from "../rowSink.ts";
import { type ColumnPlaces, findColumns } from "./columns.ts";
import { readRecords } from "./records.ts";

/** What is read from a file. Columns are matched by name, so their order in the file does not matter. */
export interface CsvSchema {
  features: readonly string[];
  /** Left out, rows have no labels: a column of them is not looked at. */
  label?: { column: string; classes: readonly string[] };
  /** Column whose cells are given back as they are, to tell rows by. */
  id?: string;
  /** "mean" leaves NaN for `imputeMeans`; a number takes the place of what is missing, before normalization. */
  missing: Missing;
  normalize: Normalize;
  /** A comma where it is left out. */
  delimiter?: "," | "\t";
}

/**
 * Reads rows from a separated file with a header, as a stream: memory is that of the numbers.
 * Errors name file, line and column, and never the cell's value: it is a patient's.
 * @throws SwarmError CSV_UNREADABLE, CSV_EMPTY, CSV_MISSING_COLUMN, CSV_DUPLICATE_COLUMN, CSV_RAGGED_ROW, CSV_MALFORMED,
 *   CSV_MISSING_VALUE, CSV_NOT_A_NUMBER, CSV_UNKNOWN_CLASS, CSV_TOO_LARGE
 */
export async function readCsv(path: string, schema: CsvSchema, options: ReadOptions = {}): Promise<Dataset> {
  const delimiter = schema.delimiter ?? ",";
  const rows = new RowReader(path, schema, options.maxValues);
  let places: ColumnPlaces | undefined;
  await readRecords(
    path,
    delimiter,
    (fields, line) => {
      if (places === undefined) places = findColumns(fields, schema, path, delimiter);
      else rows.add(fields, line, places);
    },
    options.signal,
  );
  return rows.dataset();
}

class RowReader {
  readonly #path: string;
  readonly #schema: CsvSchema;
  readonly #classOf: (cell: string) => number | undefined;
  readonly #sink: RowSink;
  readonly #ids: string[] = [];

  constructor(path: string, schema: CsvSchema, maxValues: number | undefined) {
    const { features, label, missing, normalize } = schema;
    this.#path = path;
    this.#schema = schema;
    this.#classOf = classReader(label?.classes ?? []);
    const limit = maxValues === undefined ? {} : { maxValues };
    this.#sink = new RowSink({ width: features.length, missing, normalize, ...limit });
  }

  dataset(): Dataset {
    const { label, id } = this.#schema;
    if (this.#sink.rows > 0)
      return { ...this.#sink.dataset(label !== undefined), ...(id === undefined ? {} : { ids: this.#ids }) };
    throw new SwarmError("CSV_EMPTY", `${this.#path} has no rows: it needs a header and one line per record`, {
      path: this.#path,
    });
  }

  add(fields: string[], line: number, places: ColumnPlaces): void {
    if (fields.length !== places.width) {
      const what = `has ${fields.length} fields, the header has ${places.width}; quote fields that contain the separator`;
      throw new SwarmError("CSV_RAGGED_ROW", `${this.#path}:${line}: ${what}`, { path: this.#path, line });
    }
    const row = this.#sink.rows;
    if (!this.#sink.grow(row + 1)) {
      const most = this.#sink.mostRows * places.features.length;
      throw new SwarmError("CSV_TOO_LARGE", `${this.#path}:${line}: more than ${most} values; train on fewer rows`, {
        path: this.#path,
        line,
      });
    }
    for (let feature = 0; feature < places.features.length; feature++)
      this.#number(row, feature, fields[places.features[feature] as number] ?? "", line);
    if (places.label !== undefined) this.#sink.label(row, this.#class(fields[places.label] ?? "", line));
    if (places.id !== undefined) this.#ids.push(fields[places.id] ?? "");
  }

  #number(row: number, feature: number, cell: string, line: number): void {
    const value = isMissing(cell) ? Number.NaN : parseNumber(cell);
    const refusal = value === undefined ? "notFinite" : this.#sink.set(row, feature, value);
    if (refusal === undefined) return;
    const column = this.#schema.features[feature] ?? "";
    if (refusal === "missing")
      throw this.#wrong(
        "CSV_MISSING_VALUE",
        line,
        column,
        'is missing; fill it in, or set data.missing to "mean" or a number',
      );
    throw this.#wrong("CSV_NOT_A_NUMBER", line, column, NOT_A_NUMBER);
  }

  #class(cell: string, line: number): number {
    const { column, classes } = this.#schema.label ?? { column: "", classes: [] };
    const label = this.#classOf(cell);
    if (label !== undefined) return label;
    if (isMissing(cell))
      throw this.#wrong("CSV_MISSING_VALUE", line, column, "is missing; rows without a label cannot be trained on");
    throw this.#wrong("CSV_UNKNOWN_CLASS", line, column, unknownClassWords(classes, cell));
  }

  #wrong(code: string, line: number, column: string, what: string): SwarmError {
    return new SwarmError(code, `${this.#path}:${line}: column "${column}" ${what}`, {
      path: this.#path,
      line,
      column,
    });
  }
}
