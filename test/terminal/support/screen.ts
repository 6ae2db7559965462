/** What stands on a terminal after these bytes: of the control sequences those that redrawing uses. Wide terminals only: nothing wraps. */
export function screen(written: string): string[] {
  const lines: string[] = [""];
  let [row, column] = [0, 0];
  for (const [, control, parameters, letter, char] of written.matchAll(/(\p{Cc}\[([?\d;]*)([A-Za-z]))|([\s\S])/gu)) {
    if (control === undefined) {
      if (char === "\n") [row, column] = [row + 1, 0];
      else if (char === "\r") column = 0;
      else {
        const line = (lines[row] ?? "").padEnd(column);
        lines[row] = line.slice(0, column) + char + line.slice(column + 1);
        column++;
      }
      while (lines.length <= row) lines.push("");
      continue;
    }
    const count = Number(parameters) || 1;
    const line = lines[row] ?? "";
    if (letter === "A") row = Math.max(0, row - count);
    else if (letter === "B") row += count;
    else if (letter === "G") column = count - 1;
    else if (letter === "D") column = Math.max(0, column - count);
    else if (letter === "K" && parameters === "2") lines[row] = "";
    else if (letter === "K" && parameters === "1") lines[row] = " ".repeat(column) + line.slice(column);
    else if (letter === "K") lines[row] = line.slice(0, column);
    else if (letter === "J") {
      lines[row] = line.slice(0, column);
      lines.length = row + 1;
    } else if (letter !== "h" && letter !== "l" && letter !== "m")
      throw new Error(`not known here: ${parameters}${letter}`);
    while (lines.length <= row) lines.push("");
  }
  while (lines.at(-1)?.trim() === "") lines.pop();
  return lines.map((line) => line.trimEnd());
}
