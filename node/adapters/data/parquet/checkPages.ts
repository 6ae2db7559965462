import { checkRuns, lengthBefore } from "./checkRuns.ts";
import { readThrift, type ThriftStruct } from "./thrift.ts";

/** Most bytes of a page, decompressed; writers make pages of one to a few MiB. */
const MAX_PAGE_BYTES = 67_108_864;
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;
const DICTIONARY_ENCODINGS = new Set([2, 8]);
const RLE = 3;
/** PLAIN, PLAIN_DICTIONARY, RLE, RLE_DICTIONARY, BYTE_STREAM_SPLIT. */
const ENCODINGS = new Set([0, 2, RLE, 8, 9]);

export interface PageRules {
  /** Of the row group: a flat column has one value, or null, for each. */
  rows: number;
  /** Whether values may be null, and pages so have levels. */
  nullable: boolean;
  /** Whether values are booleans, which alone are run-length encoded and have no dictionaries. */
  boolean: boolean;
  /** @param length bytes that come out @throws Error where others do */
  decompress(input: Uint8Array, length: number): Uint8Array;
}

/**
 * Checks a column chunk's pages (Parquet format, PageHeader): headers, so that nothing is decompressed or allocated on the word of one that cannot be
 * true, and the lengths of runs, on which decoders write.
 * @throws Error that says what is wrong
 */
export function checkPages(chunk: Uint8Array, rules: PageRules): void {
  let seen = 0;
  let dictionaries = 0;
  for (let at = 0; seen < rules.rows;) {
    if (at >= chunk.length) throw new Error(`its pages have ${seen} of ${rules.rows} values`);
    const { value: header, length } = readThrift(chunk.subarray(at));
    at += length;
    const compressed = numberOf(header, 3, "a page's size");
    const uncompressed = numberOf(header, 2, "a page's size");
    if (compressed > chunk.length - at) throw new Error("a page goes on beyond its column");
    if (uncompressed > MAX_PAGE_BYTES)
      throw new Error(`a page has ${uncompressed} bytes; ${MAX_PAGE_BYTES} are the most`);
    const body = chunk.subarray(at, at + compressed);
    at += compressed;
    const type = header.get(1);
    if (type === DICTIONARY_PAGE) {
      if (++dictionaries > 1 || seen > 0) throw new Error("a dictionary stands where none belongs");
      const entries = numberOf(structOf(header, 7), 1, "a dictionary's size");
      // Entries are at least a byte, but for booleans, which have no dictionaries.
      if (entries > uncompressed) throw new Error("a dictionary has more entries than bytes");
    } else if (type === DATA_PAGE) {
      seen += checkFirst(structOf(header, 5), body, uncompressed, rules, rules.rows - seen);
    } else if (type === DATA_PAGE_V2) {
      seen += checkSecond(structOf(header, 8), body, uncompressed, rules, rules.rows - seen);
    } else {
      throw new Error(`there is a page of the unknown type ${String(type)}`);
    }
  }
}

/** A data page of version 1: levels and values are compressed together. @returns how many values it has */
function checkFirst(page: ThriftStruct, body: Uint8Array, size: number, rules: PageRules, left: number): number {
  const { values, encoding } = checkValues(page, 2, rules, left);
  const bytes = rules.decompress(body, size);
  let at = 0;
  if (rules.nullable) {
    const levels = lengthBefore(bytes, 0);
    if (!checkRuns(bytes.subarray(0, 4 + levels), 4, 1, values)) throw new Error("a page has too few levels");
    at = 4 + levels;
  }
  checkEncoded(bytes, at, encoding, values);
  return values;
}

/** A data page of version 2: levels stand before the values and are never compressed. @returns how many values it has */
function checkSecond(page: ThriftStruct, body: Uint8Array, size: number, rules: PageRules, left: number): number {
  const { values, encoding } = checkValues(page, 4, rules, left);
  const nulls = numberOf(page, 2, "the number of nulls");
  const definition = numberOf(page, 5, "the levels' size");
  const levels = definition + numberOf(page, 6, "the levels' size");
  // A flat column has no repetition levels, and no others where nothing is null.
  const strange = levels !== definition || (!rules.nullable && levels > 0);
  if (strange || nulls > values || levels > body.length || levels > size)
    throw new Error("a page's header contradicts itself");
  if (rules.nullable && !checkRuns(body.subarray(0, levels), 0, 1, values))
    throw new Error("a page has too few levels");
  const rest = body.subarray(levels);
  checkEncoded(page.get(7) === false ? rest : rules.decompress(rest, size - levels), 0, encoding, values);
  return values;
}

function checkValues(
  page: ThriftStruct,
  encodingField: number,
  rules: PageRules,
  left: number,
): { values: number; encoding: number } {
  const values = numberOf(page, 1, "the number of values");
  if (values > left) throw new Error("its pages have more values than its row group has rows");
  const encoding = numberOf(page, encodingField, "the encoding");
  if (!ENCODINGS.has(encoding))
    throw new Error(
      `its values are in encoding ${encoding}, which is not read: write it with plain or dictionary encoding`,
    );
  if (rules.boolean ? DICTIONARY_ENCODINGS.has(encoding) : encoding === RLE)
    throw new Error(`its values cannot be in encoding ${encoding}`);
  return { values, encoding };
}

function checkEncoded(bytes: Uint8Array, at: number, encoding: number, values: number): void {
  // A dictionary's indices have their width before them, booleans their length.
  if (DICTIONARY_ENCODINGS.has(encoding)) checkRuns(bytes, at + 1, bytes[at] ?? 0, values);
  if (encoding === RLE) checkRuns(bytes, at + 4, 1, values);
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
