import { SwarmError } from "../../../core/errors.ts";

/** Most of a file's columns that an error lists. */
const LISTED_COLUMNS = 40;

/** Where in a record the task's columns stand. */
export interface ColumnPlaces {
  features: number[];
  /** Undefined where none was asked for. */
  label: number | undefined;
  id: number | undefined;
  /** Fields per record. */
  width: number;
}

/**
 * Finds the task's columns in a file's header; columns that the task does not name are left alone.
 * @throws SwarmError CSV_MISSING_COLUMN (lists the columns found), CSV_DUPLICATE_COLUMN (a needed name stands twice)
 */
export function findColumns(
  header: readonly string[],
  { features, label, id }: { features: readonly string[]; label?: { column: string }; id?: string },
  path: string,
  delimiter: "," | "\t" = ",",
): ColumnPlaces {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  for (const [index, name] of header.entries()) {
    if (places.has(name)) repeated.add(name);
    else places.set(name, index);
  }
  const needed = [...features, ...(label === undefined ? [] : [label.column]), ...(id === undefined ? [] : [id])];
  const missing = needed.filter((name) => !places.has(name));
  if (missing.length > 0) {
    const text =
      otherSeparator(header, delimiter) ??
      `no column ${list(missing)}; found are ${list(header)}. Rename the file's columns as the task names them.`;
    throw new SwarmError("CSV_MISSING_COLUMN", `${path}:1: ${text}`, { path, missing, found: [...header] });
  }
  const twice = needed.find((name) => repeated.has(name));
  if (twice !== undefined) {
    throw new SwarmError(
      "CSV_DUPLICATE_COLUMN",
      `${path}:1: column "${twice}" stands in the header twice; remove one`,
      { path, column: twice },
    );
  }
  return {
    features: features.map((name) => places.get(name) ?? 0),
    label: label && places.get(label.column),
    id: id === undefined ? undefined : places.get(id),
    width: header.length,
  };
}

/** Where the whole header is one field: no column is missing then, the file is only written otherwise. */
function otherSeparator([only = "", ...more]: readonly string[], delimiter: "," | "\t"): string | undefined {
  const used = [";", "\t", ","].find((each) => each !== delimiter && only.includes(each));
  if (more.length > 0 || used === undefined) return undefined;
  const wanted = NAMES[delimiter];
  return `fields must be separated by ${wanted}, as the task's data.format says, and are by ${NAMES[used]}: write the file again with ${wanted}.`;
}

const NAMES: Readonly<Record<string, string>> = { ",": "commas", "\t": "tabs", ";": "semicolons" };

function list(names: readonly string[]): string {
  const text = names.slice(0, LISTED_COLUMNS).map((name) => `"${name}"`);
  if (names.length > LISTED_COLUMNS) text.push(`${names.length - LISTED_COLUMNS} more`);
  return text.join(", ");
}
