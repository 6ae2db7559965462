import { InvalidArgumentError } from "commander";
import { cliClock } from "./system.ts";

const UNITS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** A time ago (`90s`, `30m`, `2h`, `7d`), a day (from its beginning in UTC) or a moment. @returns unix milliseconds */
export function since(text: string, nowMs = cliClock().now()): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return nowMs - Number(count) * UNITS[unit as keyof typeof UNITS] * 1000;
  const isMoment = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const at = Date.parse(text);
  if (isMoment && Number.isFinite(at)) return at;
  throw new InvalidArgumentError(
    "A time ago such as 30m, 2h or 7d, a day such as 2027-12-31 or a moment such as 2027-12-31T12:00:00Z is needed.",
  );
}
