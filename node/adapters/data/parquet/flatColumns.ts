import type { FileMetaData, SchemaElement } from "hyparquet";
import { dataError } from "../errors.ts";

/** A column that has one value for each row. */
export interface FlatColumn {
  name: string;
  element: SchemaElement;
  /** Its place among a row group's columns, which are the schema's leaves in order. */
  index: number;
}

/** Most of a file's columns that an error lists. */
const LISTED_COLUMNS = 40;
/** Most bytes of a value of fixed length: decimals have 32. */
const MAX_FIXED_BYTES = 64;
/** Logical types whose values are no numbers, though they are stored as such. */
const TIMES = /^(DATE|TIME|TIMESTAMP|INTERVAL)/;

/**
 * Finds columns by name at the top level of a file's schema.
 * @throws SwarmError DATA_MISSING_COLUMN (lists those that are there), DATA_TYPE, DATA_HEADER
 */
export function findFlatColumns({ schema }: FileMetaData, names: readonly string[], path: string): FlatColumn[] {
  const [root, ...elements] = schema;
  const found = new Map<string, FlatColumn | undefined>();
  let leaf = 0;
  for (let at = 0; at < elements.length;) {
    const element = elements[at] as SchemaElement;
    const isLeaf = !element.num_children;
    found.set(
      element.name,
      isLeaf && !found.has(element.name) ? { name: element.name, element, index: leaf } : undefined,
    );
    const end = subtreeEnd(elements, at);
    for (; at < end; at++) if (!elements[at]?.num_children) leaf++;
  }
  if (root === undefined || found.size > (root.num_children ?? 0))
    throw dataError("DATA_HEADER", path, "its footer does not describe its columns");
  const missing = names.filter((name) => !found.has(name));
  if (missing.length > 0) {
    const text = `no column ${list(missing)}; found are ${list([...found.keys()])}. Rename the file's columns as the task names them`;
    throw dataError("DATA_MISSING_COLUMN", path, text, { missing });
  }
  return names.map((name) => {
    const column = found.get(name);
    if (column === undefined) throw wrong(path, name, "is a structure, a list, or there twice");
    const { repetition_type, type, type_length = 0, logical_type, converted_type } = column.element;
    if (type_length > MAX_FIXED_BYTES) throw wrong(path, name, `has values of ${type_length} bytes`);
    if (repetition_type === "REPEATED") throw wrong(path, name, "is a list");
    if (type === undefined || type === "INT96" || TIMES.test(logical_type?.type ?? converted_type ?? ""))
      throw wrong(path, name, "has dates or times");
    return column;
  });
}

/** Index after an element and all below it. */
function subtreeEnd(elements: readonly SchemaElement[], at: number): number {
  let open = 1;
  let next = at;
  while (open > 0 && next < elements.length) {
    open += (elements[next]?.num_children ?? 0) - 1;
    next++;
  }
  return next;
}

function wrong(path: string, name: string, what: string): Error {
  return dataError("DATA_TYPE", path, `column "${name}" ${what}: write one number or text per row`, { column: name });
}

function list(names: readonly string[]): string {
  const text = names.slice(0, LISTED_COLUMNS).map((name) => `"${name}"`);
  if (names.length > LISTED_COLUMNS) text.push(`${names.length - LISTED_COLUMNS} more`);
  return text.join(", ");
}
