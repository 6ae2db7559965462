import type { CheckedUpdate } from "../../../core/audit/observer.ts";
import { numberOf } from "../../../core/audit/nameOf.ts";
import type { Where } from "../../../core/audit/report.ts";
import type { ReportData } from "./data.ts";

/** Columns of the one table; a line leaves empty what its kind has not. */
export const COLUMNS = [
  "kind",
  "severity",
  "code",
  "task",
  "round",
  "attempt",
  "member",
  "account",
  "file",
  "source",
  "block",
  "transaction",
  "state",
  "included",
  "weight",
  "held",
  "refused",
  "bytes",
  "norm",
  "text",
] as const;

/**
 * Findings, what could not be checked, and every checked update, as one table (RFC 4180, UTF-8). Members and attempts
 * count from 1, as people read them, and round 0 is the first model; `norm` is the Euclidean norm of the update's change, `bytes` those of its opened file.
 */
export async function* csvReport(data: ReportData, updates: AsyncIterable<CheckedUpdate>): AsyncGenerator<string> {
  yield line(COLUMNS);
  for (const finding of data.findings) yield row("finding", { ...finding });
  for (const unchecked of data.unchecked) yield row("unchecked", { ...unchecked } satisfies Where);
  for await (const update of updates) yield row("update", { ...update });
}

function row(kind: string, values: Readonly<Record<string, unknown>>): string {
  return line(
    COLUMNS.map((column) => {
      const value = column === "kind" ? kind : values[column];
      return COUNTED.has(column) && typeof value === "number" ? numberOf(value) : value;
    }),
  );
}

const COUNTED: ReadonlySet<string> = new Set(["member", "attempt"]);

const line = (values: readonly unknown[]): string => `${values.map(cell).join(",")}\r\n`;

/** Text that a spreadsheet would take for a formula gets an apostrophe in front: sources and texts may come from others. */
function cell(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") return String(value);
  const text = String(value).replaceAll("\0", "");
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
