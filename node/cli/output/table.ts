import Table from "cli-table3";

/** Columns without lines around them, so that they can be copied, cut and grepped. */
export function table(head: string[], rows: (string | number)[][]): string {
  const none = Object.fromEntries(BORDERS.map((name) => [name, ""]));
  const text = new Table({
    head,
    chars: { ...none, middle: "  " },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
    wordWrap: false,
  });
  text.push(...rows.map((row) => row.map(printable)));
  return text
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Names and values under each other. */
export function facts(rows: [string, string | number][]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  const rest = `\n${" ".repeat(width + 2)}`;
  return rows
    .map(([name, value]) => `${name.padEnd(width)}  ${printable(value).replaceAll("\n", rest)}`.trimEnd())
    .join("\n");
}

/**
 * Text that came from others (addresses, names, proposals) must not move the cursor, recolor the terminal or hide itself. Line breaks stay.
 */
export function printable(value: string | number): string {
  return String(value).replaceAll(/[[\p{Cc}\p{Cf}]--[\n]]/gv, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}

const BORDERS = [
  "top",
  "top-mid",
  "top-left",
  "top-right",
  "bottom",
  "bottom-mid",
  "bottom-left",
  "bottom-right",
  "left",
  "left-mid",
  "mid",
  "mid-mid",
  "right",
  "right-mid",
];
