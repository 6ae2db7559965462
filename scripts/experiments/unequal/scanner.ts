import { createPrng } from "../../../node/core/prng.ts";

const SCANNER_STREAM = 0x7363616e;
const WHITE = 16;

/** How a site's scanner renders an image: the same digit, other pixels. */
export interface Scanner {
  /** Exponent of the curve from light to dark. */
  gamma: number;
  contrast: number;
  /** Added to each pixel. */
  brightness: number;
}

export function scannerOf(site: number, seed: number): Scanner {
  const prng = createPrng(seed, SCANNER_STREAM, site);
  const between = (least: number, most: number) => least + (most - least) * prng.float();
  return { gamma: between(0.5, 2), contrast: between(0.2, 1), brightness: between(0, 6) };
}

/** A row with its pixels as the scanner has them; the label, which stands last, is left as it is. */
export function scan(row: string, { gamma, contrast, brightness }: Scanner): string {
  const cells = row.split(",");
  const label = cells.pop() as string;
  const pixels = cells.map((cell) => (WHITE * (Number(cell) / WHITE) ** gamma * contrast + brightness).toFixed(3));
  return [...pixels, label].join(",");
}
