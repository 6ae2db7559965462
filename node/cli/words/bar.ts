const FULL = "█";
const EMPTY = "░";

/** A bar of so many characters. @param share 0 to 1; less and more are drawn as these */
export function bar(share: number, width = 20): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return FULL.repeat(full) + EMPTY.repeat(width - full);
}

/** Whole seconds as `0:42`, `12:05` or `1:02:09`, rounded up: 0:00 is over. */
export function clock(seconds: number): string {
  const all = Math.max(0, Math.ceil(seconds));
  const [hours, minutes, rest] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
