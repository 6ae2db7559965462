/**
 * One record of a CSV file (RFC 4180), with its newline. Numbers keep nine digits, which is more than float32 values have.
 * @param cells numbers are finite
 */
export function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map((cell) => (typeof cell === "number" ? String(Number(cell.toPrecision(9))) : quotedCell(cell))).join(",")}\n`;
}

/** Spaces at the ends count, too: readers that trim would lose them. */
function quotedCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
