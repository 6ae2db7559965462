/** Most feature columns a task may name. */
export const MAX_FEATURES = 16384;

/**
 * The columns that a pattern stands for: each `{a..b}` runs over whole numbers, the last one fastest. `pixel{0..2}` is pixel0, pixel1, pixel2.
 * @returns undefined where the pattern has no range, an empty one, or more than MAX_FEATURES columns
 */
export function expandColumns(pattern: string): string[] | undefined {
  const parts = pattern.split(/\{(\d{1,5})\.\.(\d{1,5})\}/);
  if (parts.length < 4) return undefined;
  let columns = [parts[0] ?? ""];
  for (let i = 1; i < parts.length; i += 3) {
    const from = Number(parts[i]);
    const to = Number(parts[i + 1]);
    const rest = parts[i + 2] ?? "";
    if (to < from || columns.length * (to - from + 1) > MAX_FEATURES) return undefined;
    columns = columns.flatMap((column) =>
      Array.from({ length: to - from + 1 }, (_, step) => `${column}${from + step}${rest}`),
    );
  }
  return columns;
}
