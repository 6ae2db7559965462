/** Plain decimal numbers with a point; nothing that only JavaScript reads as a number ("0x1f", "", "Infinity"). */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** What stands for a missing value, in any case. */
const MISSING = new Set(["", "na", "nan", "n/a", "?"]);

export function isMissing(cell: string): boolean {
  return cell.length <= 3 && MISSING.has(cell.toLowerCase());
}

/** @returns undefined where the cell is no finite number */
export function parseNumber(cell: string): number | undefined {
  if (!NUMBER.test(cell)) return undefined;
  const value = Number(cell);
  return Number.isFinite(value) ? value : undefined;
}

/** Maps a label cell to its class's index; numbers match by value, so that `1.0` is the class "1". */
export function classReader(classes: readonly string[]): (cell: string) => number | undefined {
  const byText = new Map(classes.map((name, index) => [name, index]));
  const byValue = new Map<number, number>();
  for (const [index, name] of classes.entries()) {
    const value = parseNumber(name);
    if (value !== undefined && !byValue.has(value)) byValue.set(value, index);
  }
  return (cell) => {
    const exact = byText.get(cell);
    if (exact !== undefined) return exact;
    const value = parseNumber(cell);
    return value === undefined ? undefined : byValue.get(value);
  };
}
