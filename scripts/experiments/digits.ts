import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { holdOut } from "../../node/cli/splits/holdOut.ts";
import { type LabelSkew, labelSkew } from "../../node/cli/splits/labelSkew.ts";

/** Share of the rows that no site gets. */
const HELD_OUT = 0.25;

/** So large an alpha makes sites alike. */
export const ALIKE = 1e6;

/** Lines of the example's file, the label last in each. */
export interface Division {
  header: string;
  /** Of each site. */
  parts: string[][];
  /** To test on. */
  test: string[];
}

const labelOf = (row: string): number => Number(row.slice(row.lastIndexOf(",") + 1));

/** Divides the example's digits among sites that see different ones, and a hold-out; the same for the same settings. */
export async function divideDigits(skew: LabelSkew): Promise<Division> {
  const file = resolve(import.meta.dirname, "../../examples/digits/data/digits.csv");
  const [header = "", ...rows] = (await readFile(file, "utf8")).trimEnd().split("\n");
  const { training, heldOut } = holdOut(rows.map(labelOf), HELD_OUT, skew.seed);
  const lines = (at: readonly number[]): string[] => at.map((row) => rows[row] as string);
  const own = lines(training);
  const parts = labelSkew(own.map(labelOf), skew).map((part) => part.map((row) => own[row] as string));
  return { header, parts, test: lines(heldOut) };
}

export async function writeRows(file: string, header: string, rows: readonly string[]): Promise<string> {
  await writeFile(file, `${[header, ...rows].join("\n")}\n`);
  return file;
}
