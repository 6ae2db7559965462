/** Numbers, names and lists as people read them. */

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

/** `a, b and c`. */
export function list(words: readonly string[]): string {
  const last = words.at(-1) ?? "nobody";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}
