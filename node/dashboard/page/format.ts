/** Numbers and names as people read them. */

export const short = (hex: string): string => (hex.length > 14 ? `${hex.slice(0, 8)}..${hex.slice(-4)}` : hex);

/** Unix seconds as `2027-01-31 13:05:09 UTC`. */
export const time = (seconds: number): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;

export const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

export const percent = (share: number | null | undefined): string =>
  share === null || share === undefined ? "-" : `${(share * 100).toFixed(1)} %`;

export const fixed = (value: number | null | undefined, digits = 4): string =>
  value === null || value === undefined ? "-" : value.toFixed(digits);

/** `1 member`, `3 members`. */
export const counted = (count: number, noun: string): string => `${count} ${count === 1 ? noun : `${noun}s`}`;

const UNITS = ["B", "kB", "MB", "GB", "TB"];

export function bytes(count: number | null): string {
  if (count === null) return "-";
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, count)) / 3)));
  return `${(count / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${UNITS[power]}`;
}

const PARTS: [number, string][] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
];

/** `3 d 4 h`, `12 s`; nothing is shorter than a second. */
export function duration(seconds: number): string {
  let rest = Math.max(0, Math.ceil(seconds));
  const parts: string[] = [];
  for (const [size, name] of PARTS) {
    const value = Math.floor(rest / size);
    rest %= size;
    if (value > 0) parts.push(`${value} ${name}`);
    if (parts.length === 2 || (parts.length === 1 && value === 0)) break;
  }
  return parts.join(" ") || "0 s";
}
