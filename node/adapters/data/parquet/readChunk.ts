import type { FileHandle } from "node:fs/promises";
import { type ColumnMetaData, type FileMetaData, parquetRead, type SchemaElement } from "hyparquet";
import { checkPages } from "./checkPages.ts";
import { COMPRESSORS, decompressed } from "./compressors.ts";
import { readAt } from "./footer.ts";

/** Most bytes of one column in one row group, compressed. */
const MAX_CHUNK_BYTES = 268_435_456;

/** One column of one row group. */
export interface Chunk {
  element: SchemaElement;
  column: ColumnMetaData;
  /** Of the row group. */
  rows: number;
}

/**
 * Decodes one column of one row group: values in rows' order, null or undefined where they are missing. The library is given this column
 * alone, as a file of its own.
 * @param size of the file in bytes @throws Error that says what is wrong
 */
export async function readChunk(
  file: FileHandle,
  size: number,
  { element, column, rows }: Chunk,
): Promise<ArrayLike<unknown>> {
  const pages = Number(column.data_page_offset);
  const dictionary = column.dictionary_page_offset === undefined ? 0 : Number(column.dictionary_page_offset);
  const start = dictionary > 0 ? Math.min(dictionary, pages) : pages;
  const length = Number(column.total_compressed_size);
  if (!(start >= 4 && length > 0 && start + length <= size)) throw new Error("it lies outside of the file");
  if (length > MAX_CHUNK_BYTES)
    throw new Error(`it has ${length} bytes in one row group; ${MAX_CHUNK_BYTES} are the most`);
  const bytes = await readAt(file, start, length);
  checkPages(bytes, {
    rows,
    nullable: element.repetition_type !== "REQUIRED",
    boolean: column.type === "BOOLEAN",
    decompress: (input, length) => decompressed(column.codec, input, length),
  });
  const group = {
    columns: [{ file_offset: 0n, meta_data: column }],
    total_byte_size: BigInt(length),
    num_rows: BigInt(rows),
  };
  const root = { name: "schema", num_children: 1 };
  const metadata: FileMetaData = {
    version: 1,
    schema: [root, element],
    num_rows: BigInt(rows),
    row_groups: [group],
    metadata_length: 0,
  };
  const parts: { columnData: ArrayLike<unknown>; rowStart: number }[] = [];
  await parquetRead({
    file: {
      byteLength: start + length,
      slice: (from, to = start + length) =>
        (bytes.buffer as ArrayBuffer).slice(Math.max(0, from - start), Math.max(0, to - start)),
    },
    metadata,
    columns: [element.name],
    rowStart: 0,
    rowEnd: rows,
    compressors: COMPRESSORS,
    onChunk: (part) => void parts.push(part),
  });
  const [only] = parts;
  if (parts.length === 1 && only?.columnData.length === rows) return only.columnData;
  const values: unknown[] = [];
  for (const { columnData } of parts) for (let i = 0; i < columnData.length; i++) values.push(columnData[i]);
  if (values.length !== rows) throw new Error(`it has ${values.length} of ${rows} values`);
  return values;
}
