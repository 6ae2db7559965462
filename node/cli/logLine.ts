import { short } from "../core/units.ts";
import { withReason } from "./terminalLog.ts";

const COLORS: Record<string, number> = { error: 31, warn: 33, info: 32, debug: 34 };
/** Of a figure with a fraction, digits that are told. */
const FIGURES = 4;
/** What has its place in front of the facts. */
const PLACED = new Set(["time", "level", "msg", "error"]);

/**
 * A record of a daemon's log on one line: time of this machine, level, message, the error's reason and code, and whatever facts there are.
 * Stacks and causes are for `--verbose` and `--json`.
 */
export function logLine(record: Record<string, unknown>, { colorize }: { colorize: boolean }): string {
  const level = String(record["level"] ?? "");
  const word = colorize ? `\u001B[${COLORS[level] ?? 0}m${level.toUpperCase()}\u001B[0m` : level.toUpperCase();
  const { message = "", code } = (record["error"] ?? {}) as { message?: string; code?: string };
  const text = withReason(String(record["msg"] ?? ""), message);
  const facts = Object.entries(record).flatMap(([name, value]) => (PLACED.has(name) ? [] : factOf(name, value)));
  const line = `${timeWords(record["time"])}${word}: ${text}${code === undefined ? "" : ` (${code})`}`;
  return [line, ...facts].join("  ").replaceAll(/\s*\n\s*/g, " ");
}

/** `round 3`; nothing where there is nothing to tell. */
function factOf(name: string, value: unknown): string[] {
  const words = valueWords(value);
  return words === "" ? [] : [`${name} ${words}`];
}

function valueWords(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value.startsWith("0x") ? short(value) : value;
  if (Array.isArray(value)) return value.map(valueWords).join(", ");
  if (typeof value === "number") return String(Number(value.toPrecision(Math.max(FIGURES, digits(value)))));
  if (typeof value !== "object") return String(value);
  const parts = Object.entries(value).flatMap(([name, part]) => factOf(name, part));
  return parts.length === 0 ? "" : `(${parts.join(", ")})`;
}

/** Digits before the point, all of which are told: a count or a time is not rounded. */
const digits = (value: number): number => Math.min(100, String(Math.trunc(Math.abs(value))).length);

/** As this machine's clock shows it; empty where a line has no time. */
function timeWords(value: unknown): string {
  const at = new Date(String(value));
  if (Number.isNaN(at.getTime())) return "";
  const two = (part: number): string => String(part).padStart(2, "0");
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `[${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":")}] `;
}
