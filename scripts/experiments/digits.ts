import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { createPrng, type Prng, shuffle } from "../../node/core/prng.ts";

/** Rows of the digits as they stand in the file, by what they show. */
export interface Digits {
  header: string;
  rows: string[];
}

export const CLASSES = 10;

/** Share of the rows that no site gets. */
const HELD_OUT = 0.2;

/** Seed words that keep the streams apart. */
const HOLD_OUT_STREAM = 0x686f6c64;
const SPLIT_STREAM = 0x73706c74;

export const labelOf = (row: string): number => Number(row.slice(row.lastIndexOf(",") + 1));

export async function readDigits(): Promise<Digits> {
  const file = resolve(import.meta.dirname, "../../examples/digits/digits.csv");
  const [header = "", ...rows] = (await readFile(file, "utf8")).trimEnd().split("\n");
  return { header, rows };
}

export async function writeRows(file: string, header: string, rows: readonly string[]): Promise<string> {
  await writeFile(file, `${[header, ...rows].join("\n")}\n`);
  return file;
}

/** A fifth of the rows to test on, drawn by the seed; the rest is for sites. */
export function holdOut(rows: readonly string[], seed: number): { train: string[]; test: string[] } {
  const mixed = shuffle([...rows.keys()], createPrng(seed, HOLD_OUT_STREAM)).map((i) => rows[i] as string);
  const tested = Math.round(rows.length * HELD_OUT);
  return { test: mixed.slice(0, tested), train: mixed.slice(tested) };
}

/**
 * Divides rows among sites that see different digits: for each digit, shares drawn from a Dirichlet distribution; drawn anew until every
 * site has `least` rows.
 * @param alpha the smaller, the less alike the sites; Infinity for equal shares
 */
export function dealByDigit(
  rows: readonly string[],
  { sites, alpha, seed, least }: { sites: number; alpha: number; seed: number; least: number },
): string[][] {
  const prng = createPrng(seed, SPLIT_STREAM);
  for (;;) {
    const parts: string[][] = Array.from({ length: sites }, () => []);
    for (let digit = 0; digit < CLASSES; digit++) {
      const shares = dirichlet(sites, alpha, prng);
      const own = rows.filter((row) => labelOf(row) === digit);
      let from = 0;
      let sum = 0;
      for (const [site, share] of shares.entries()) {
        sum += share;
        const to = site === sites - 1 ? own.length : Math.round(sum * own.length);
        parts[site]?.push(...own.slice(from, to));
        from = to;
      }
    }
    if (parts.every((part) => part.length >= least)) return parts;
  }
}

function dirichlet(count: number, alpha: number, prng: Prng): number[] {
  if (alpha === Infinity) return Array.from({ length: count }, () => 1 / count);
  const draws = Array.from({ length: count }, () => gamma(alpha, prng));
  const total = draws.reduce((sum, draw) => sum + draw, 0);
  return draws.map((draw) => draw / total);
}

/** Marsaglia and Tsang 2000; for a shape below 1 by way of the next one. */
function gamma(shape: number, prng: Prng): number {
  if (shape < 1) return gamma(shape + 1, prng) * positive(prng) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(prng);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(positive(prng)) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

const positive = (prng: Prng): number => 1 - prng.float();

/** Box and Muller 1958. */
const normal = (prng: Prng): number => Math.sqrt(-2 * Math.log(positive(prng))) * Math.cos(2 * Math.PI * prng.float());
