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
    const other = delimiter === "," ? /[;\t]/ : /[;,]/;
    const separated = `; fields must be separated by ${delimiter === "," ? "commas" : "tabs"} (data.format)`;
    const hint = header.length === 1 && other.test(header[0] ?? "") ? separated : "";
    const text = `${path}:1: no column ${list(missing)}; found are ${list(header)}${hint}`;
    throw new SwarmError("CSV_MISSING_COLUMN", `${text}. Rename the file's columns as the task names them.`, {
      path,
      missing,
      found: [...header],
    });
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

function list(names: readonly string[]): string {
  const text = names.slice(0, LISTED_COLUMNS).map((name) => `"${name}"`);
  if (names.length > LISTED_COLUMNS) text.push(`${names.length - LISTED_COLUMNS} more`);
  return text.join(", ");
}
