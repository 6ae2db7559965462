import { list } from "../../core/units.ts";

// The core says in words what a round waits for, so these are its own.
export { counted, duration, list, short } from "../../core/units.ts";

/** Unix seconds as `2027-01-31 13:05 UTC`; seconds only where they are not zero. */
export function utc(seconds: number): string {
  const [date = "", time = ""] = new Date(seconds * 1000).toISOString().split("T");
  const clock = time.slice(0, 8);
  return `${date} ${clock.endsWith(":00") ? clock.slice(0, 5) : clock} UTC`;
}

/** Unix seconds in the form that `--until` takes back exactly. */
export const isoSeconds = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");

/** A task's id cut to a beginning that commands take back. */
export const shortTask = (taskId: string): string => taskId.slice(0, 12);

/** `b`, `a and b`, or, where not all are needed, `one of a and b`, `2 of a, b and c`. */
export const whoOf = (needed: number, words: readonly string[]): string =>
  `${needed >= words.length ? "" : `${needed === 1 ? "one" : needed} of `}${list(words)}`;
