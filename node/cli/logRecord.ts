import { printable } from "./output/table.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A line of a daemon's log. `record` is missing where the line is no JSON object, as after a crash in the middle of it. */
export interface LogEntry {
  line: string;
  record?: Record<string, unknown>;
}

export function parseEntry(line: string): LogEntry {
  try {
    const record: unknown = JSON.parse(line);
    if (typeof record === "object" && record !== null && !Array.isArray(record))
      return { line, record: record as Record<string, unknown> };
  } catch {
    // Told apart by having no record; it is shown as it is.
  }
  return { line };
}

/** Whether an entry is wanted. Lines that cannot be read are: whoever looks into a log wants to know of them. */
export function isWanted({ record }: LogEntry, { level, since }: { level: LogLevel; since?: number }): boolean {
  if (record === undefined) return true;
  const rank = LOG_LEVELS.indexOf(record["level"] as LogLevel);
  if (rank >= 0 && rank < LOG_LEVELS.indexOf(level)) return false;
  const at = Date.parse(String(record["time"]));
  return since === undefined || !Number.isFinite(at) || at >= since;
}

/** The record with all text made harmless: peers' words come into logs, and must not move the cursor of a terminal. */
export function harmless(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return printable(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > 8) return "...";
  if (Array.isArray(value)) return value.map((each) => harmless(each, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [printable(name), harmless(each, depth + 1)]));
}
