import { type FileHandle, open } from "node:fs/promises";
import type { ColumnMetaData, FileMetaData } from "hyparquet";
import { SwarmError } from "../../../core/errors.ts";
import { classReader, isMissing, parseNumber } from "../cell.ts";
import type { CsvSchema } from "../csv/readCsv.ts";
import type { Dataset, ReadOptions } from "../dataset.ts";
import { asDataError, dataError, NOT_A_NUMBER, refusedValue, tooManyRows, unknownClass } from "../errors.ts";
import { RowSink } from "../rowSink.ts";
import { findFlatColumns, type FlatColumn } from "./flatColumns.ts";
import { readFooter } from "./footer.ts";
import { readChunk } from "./readChunk.ts";

/** Most rows of one row group: a column of it is decoded at once. */
const MAX_GROUP_ROWS = 4_194_304;

/**
 * Reads rows from a Parquet file: flat columns of numbers, booleans and text, uncompressed or in Snappy, gzip, Brotli or Zstandard; one column of one
 * row group at a time.
 * @throws SwarmError DATA_HEADER, DATA_TRUNCATED, DATA_MISSING_COLUMN, DATA_TYPE, DATA_DAMAGED, DATA_MISSING_VALUE, DATA_NOT_A_NUMBER, DATA_UNKNOWN_CLASS,
 *   DATA_EMPTY, DATA_TOO_LARGE, DATA_UNREADABLE; errors name row and column, rows counted from 1
 */
export async function readParquet(path: string, schema: CsvSchema, options: ReadOptions = {}): Promise<Dataset> {
  try {
    await using file = await open(path, "r");
    const { size } = await file.stat();
    const metadata = await readFooter(file, size, path);
    return await readRows({ file, size, path, metadata, schema }, options);
  } catch (cause) {
    throw asDataError(path, cause);
  }
}

interface Source {
  file: FileHandle;
  size: number;
  path: string;
  metadata: FileMetaData;
  schema: CsvSchema;
}

async function readRows(source: Source, options: ReadOptions): Promise<Dataset> {
  const { metadata, schema, path } = source;
  const { features, label, id, missing, normalize } = schema;
  const names = [...features, ...(label === undefined ? [] : [label.column]), ...(id === undefined ? [] : [id])];
  const columns = findFlatColumns(metadata, names, path);
  const limit = options.maxValues === undefined ? {} : { maxValues: options.maxValues };
  const sink = new RowSink({ width: features.length, missing, normalize, ...limit });
  const classOf = classReader(label?.classes ?? []);
  const ids: string[] = [];
  let first = 0;
  for (const [index, group] of metadata.row_groups.entries()) {
    const rows = Number(group.num_rows);
    if (!(rows >= 0)) throw dataError("DATA_HEADER", path, "a row group has a negative number of rows");
    if (rows === 0) continue;
    if (rows > MAX_GROUP_ROWS)
      throw dataError(
        "DATA_TOO_LARGE",
        path,
        `row group ${index} has ${rows} rows; ${MAX_GROUP_ROWS} are the most: write smaller row groups`,
      );
    if (first + rows > sink.mostRows) throw tooManyRows(path, sink.mostRows);
    for (const [place, column] of columns.entries()) {
      options.signal?.throwIfAborted();
      const values = await chunkOf(source, column, index, rows);
      // Only once something was decoded: a footer alone allocates nothing.
      sink.grow(first + rows);
      const where = (row: number): string => `row ${first + row + 1}, column "${column.name}"`;
      for (let row = 0; row < rows; row++) {
        if (place < features.length) {
          const value = numberOf(values[row]);
          if (value === undefined) throw dataError("DATA_NOT_A_NUMBER", path, `${where(row)} ${NOT_A_NUMBER}`);
          const refusal = sink.set(first + row, place, value);
          if (refusal !== undefined) throw refusedValue(path, where(row), refusal);
        } else if (label !== undefined && place === features.length) {
          const found = classOf(textOf(values[row]));
          if (found === undefined) throw unknownClass(path, where(row), label.classes, textOf(values[row]));
          sink.label(first + row, found);
        } else {
          ids.push(textOf(values[row]));
        }
      }
    }
    first += rows;
  }
  if (first === 0) throw dataError("DATA_EMPTY", path, "has no rows");
  return { ...sink.dataset(label !== undefined), ...(id === undefined ? {} : { ids }) };
}

async function chunkOf(
  { file, size, path, metadata }: Source,
  column: FlatColumn,
  group: number,
  rows: number,
): Promise<ArrayLike<unknown>> {
  try {
    const chunk = metadata.row_groups[group]?.columns[column.index]?.meta_data;
    if (chunk === undefined || chunk.path_in_schema.length !== 1 || chunk.path_in_schema[0] !== column.name)
      throw new Error("the row group lacks it");
    requireReadable(chunk, column.name, path);
    return await readChunk(file, size, { element: column.element, column: chunk, rows });
  } catch (cause) {
    if (cause instanceof SwarmError || (cause as NodeJS.ErrnoException).syscall !== undefined) throw cause;
    const text = `column "${column.name}" of row group ${group} cannot be read: ${(cause as Error).message}`;
    throw dataError("DATA_DAMAGED", path, text, { column: column.name, group }, cause);
  }
}

const CODECS = new Set(["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI", "ZSTD"]);
const ENCODINGS = new Set(["PLAIN", "PLAIN_DICTIONARY", "RLE", "RLE_DICTIONARY", "BIT_PACKED", "BYTE_STREAM_SPLIT"]);

/** What a column's description says already; its pages are held to it by `checkPages`. @throws SwarmError DATA_TYPE */
function requireReadable({ codec, encodings }: ColumnMetaData, name: string, path: string): void {
  const encoding = encodings.find((one) => !ENCODINGS.has(one));
  if (CODECS.has(codec) && encoding === undefined) return;
  const what = encoding === undefined ? `compressed by ${codec}` : `encoded as ${encoding}`;
  const text = `column "${name}" is ${what}, which is not read: write it with Snappy, gzip, Brotli, Zstandard or none, and plain or dictionary encoding`;
  throw dataError("DATA_TYPE", path, text, { column: name, codec });
}

/** NaN where a value is missing, undefined where it is no number. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (value === null || value === undefined) return Number.NaN;
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  if (typeof value === "string") return isMissing(value) ? Number.NaN : parseNumber(value);
  return undefined;
}

const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "bigint" || typeof value === "number"
    ? String(value)
    : typeof value === "boolean"
      ? String(value)
      : "";
