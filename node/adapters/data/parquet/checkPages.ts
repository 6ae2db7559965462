import { readThrift, type ThriftStruct } from "./thrift.ts";

/** Most bytes of a page, decompressed; writers make pages of one to a few MiB. */
const MAX_PAGE_BYTES = 67_108_864;
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;
/** PLAIN, PLAIN_DICTIONARY, RLE, RLE_DICTIONARY, BYTE_STREAM_SPLIT. */
const ENCODINGS = new Set([0, 2, 3, 8, 9]);

/**
 * Checks the headers of a column chunk's pages (Parquet format, PageHeader), so that nothing is decompressed or allocated on the word of a
 * header that cannot be true.
 * @param chunk the chunk's bytes @param rows of its row group: a flat column has one value, or null, for each
 * @throws Error that says what is wrong
 */
export function checkPages(chunk: Uint8Array, rows: number): void {
  let seen = 0;
  let dictionaries = 0;
  for (let at = 0; seen < rows;) {
    if (at >= chunk.length) throw new Error(`its pages have ${seen} of ${rows} values`);
    const { value: header, length } = readThrift(chunk.subarray(at));
    at += length;
    const compressed = numberOf(header, 3, "a page's size");
    const uncompressed = numberOf(header, 2, "a page's size");
    if (compressed > chunk.length - at) throw new Error("a page goes on beyond its column");
    if (uncompressed > MAX_PAGE_BYTES)
      throw new Error(`a page has ${uncompressed} bytes; ${MAX_PAGE_BYTES} are the most`);
    at += compressed;
    const type = header.get(1);
    if (type === DICTIONARY_PAGE) {
      if (++dictionaries > 1 || seen > 0) throw new Error("a dictionary stands where none belongs");
      const entries = numberOf(structOf(header, 7), 1, "a dictionary's size");
      // Entries are at least a byte, but for booleans, which have no dictionaries.
      if (entries > uncompressed) throw new Error("a dictionary has more entries than bytes");
    } else if (type === DATA_PAGE) {
      seen += checkData(structOf(header, 5), 2, rows - seen);
    } else if (type === DATA_PAGE_V2) {
      const page = structOf(header, 8);
      const values = checkData(page, 4, rows - seen);
      const nulls = numberOf(page, 2, "the number of nulls");
      const levels = numberOf(page, 5, "the levels' size") + numberOf(page, 6, "the levels' size");
      if (nulls > values || levels > compressed || levels > uncompressed)
        throw new Error("a page's header contradicts itself");
      seen += values;
    } else {
      throw new Error(`there is a page of the unknown type ${String(type)}`);
    }
  }
}

/** @returns how many values the page has */
function checkData(page: ThriftStruct, encodingField: number, left: number): number {
  const values = numberOf(page, 1, "the number of values");
  if (values > left) throw new Error("its pages have more values than its row group has rows");
  const encoding = numberOf(page, encodingField, "the encoding");
  if (!ENCODINGS.has(encoding))
    throw new Error(
      `its values are in encoding ${encoding}, which is not read: write it with plain or dictionary encoding`,
    );
  return values;
}

function structOf(header: ThriftStruct, field: number): ThriftStruct {
  const value = header.get(field);
  if (value instanceof Map) return value;
  throw new Error("a page has no header of its own kind");
}

function numberOf(fields: ThriftStruct, field: number, what: string): number {
  const value = fields.get(field);
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`${what} is missing or negative`);
}
