import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { npyHeader, npyOf } from "./hostile.ts";
import { zipOf } from "../../../scripts/fuzz/zip.ts";

const file = join(import.meta.dirname, "../../../examples/digits/data/digits.csv");

/** The digits example: rows of 64 pixels from 0 to 16, and the digit. */
export interface Digits {
  header: string;
  lines: string[];
}

export async function readDigits(): Promise<Digits> {
  const [header = "", ...lines] = (await readFile(file, "utf8")).trimEnd().split(/\r?\n/);
  return { header, lines };
}

/** The same rows as the archive that `numpy.savez_compressed` would write of bytes: x [rows, 8, 8], y [rows]. */
export function digitsNpz({ header }: Digits, lines: readonly string[]): Uint8Array {
  const names = header.split(",");
  const label = names.indexOf("digit");
  const cells = lines.map((line) => line.split(",").map(Number));
  const pixels = Uint8Array.from(cells.flatMap((row) => row.filter((_, i) => i !== label)));
  const x = npyOf(npyHeader("|u1", `${lines.length}, 8, 8`), pixels);
  const y = npyOf(npyHeader("|u1", `${lines.length},`), Uint8Array.from(cells.map((row) => row[label] as number)));
  return zipOf([
    { name: "x.npy", bytes: x, deflated: true },
    { name: "y.npy", bytes: y, deflated: true },
  ]);
}

/** The section that describes them. */
export const digitsSection = {
  format: "npz",
  label: { classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] },
  inputShape: [8, 8, 1],
  normalize: { mean: 0, std: 16 },
};
