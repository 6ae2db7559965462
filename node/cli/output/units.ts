/** Unix seconds as `2027-01-31 13:05 UTC`; seconds only where they are not zero. */
export function utc(seconds: number): string {
  const [date = "", time = ""] = new Date(seconds * 1000).toISOString().split("T");
  const clock = time.slice(0, 8);
  return `${date} ${clock.endsWith(":00") ? clock.slice(0, 5) : clock} UTC`;
}

/** Unix seconds in the form that `--until` takes back exactly. */
export const isoSeconds = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");

/** A length of time in its largest unit and the next one: `3 d 4 h`, `12 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const parts = UNITS.map(([size, name], i) => ({
    name,
    value: Math.floor((i === 0 ? whole : whole % (UNITS[i - 1]?.[0] ?? 1)) / size),
  }));
  const first = parts.findIndex(({ value }) => value > 0);
  if (first < 0) return "0 s";
  const shown = parts.slice(first, first + 2).filter(({ value }) => value > 0);
  return shown.map(({ value, name }) => `${value} ${name}`).join(" ");
}

const UNITS: [number, string][] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
];

/** `1 member`, `3 members`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;

/** A hash or an account cut to what tells it apart on one page. */
export const short = (hex: string): string => (hex.length > 14 ? `${hex.slice(0, 8)}..${hex.slice(-4)}` : hex);

/** A task's id cut to a beginning that commands take back. */
export const shortTask = (taskId: string): string => taskId.slice(0, 12);

/** `b`, `a and b`, or, where not all are needed, `one of a and b`, `2 of a, b and c`. */
export const whoOf = (needed: number, words: readonly string[]): string =>
  `${needed >= words.length ? "" : `${needed === 1 ? "one" : needed} of `}${list(words)}`;

/** `a, b and c`. */
export function list(words: readonly string[]): string {
  const last = words.at(-1) ?? "nobody";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}
