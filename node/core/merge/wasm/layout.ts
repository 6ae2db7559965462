import { BLOCK, LANES } from "../kernels.ts";
import type { Exchange } from "./exchanges.ts";

/** float32 elements that the sorting kernels take at a time, and what lengths are rounded up to. Its bytes are `TILE` in the kernels' source. */
export const TILE = 128;
/** Bytes from one float32 row to the next, and from one float64 row to the next: a line of cache more than a block, or the same place of all rows would compete for the same few lines. */
export const STRIDE32 = 4 * BLOCK + 64;
export const STRIDE64 = 8 * BLOCK + 64;
const TILE_BYTES = 4 * TILE;
const PAGE = 65_536;

/** Where things lie in the memory of one merge of n updates; it never grows, so views of it stay valid. Offsets in bytes. */
export interface Layout {
  /** The loaded block: n float32 rows. */
  rows: number;
  /** What pre-steps make of it: n float64 rows. */
  mixed: number;
  base: number;
  out: number;
  /** n float64. */
  coefficients: number;
  /** Four u32 for each exchange, offsets within `scratch`. */
  network: number;
  /** n rows of one tile. */
  scratch: number;
  /** `LANES` float64 for each update, then for each pair. */
  lanes: number;
  pages: number;
}

/** @param comparators of the sorting network for n rows */
export function layoutOf(n: number, comparators: number): Layout {
  let end = 0;
  const take = (bytes: number): number => {
    const start = end;
    // 64 bytes are a line of a processor's cache.
    end += Math.ceil(bytes / 64) * 64;
    return start;
  };
  const layout = {
    rows: take(n * STRIDE32),
    mixed: take(n * STRIDE64),
    base: take(STRIDE32),
    out: take(STRIDE32),
    coefficients: take(n * 8),
    network: take(comparators * 16),
    scratch: take(n * TILE_BYTES),
    lanes: take((n + (n * (n - 1)) / 2) * LANES * 8),
  };
  return { ...layout, pages: Math.ceil(end / PAGE) };
}

/** Exchanges as the kernels read them: four offsets, of which the last two are equal where there are but two rows. */
export function writeNetwork(to: Uint32Array, exchanges: readonly Exchange[]): void {
  exchanges.forEach(([a, b, c = 0, d = 0], k) =>
    to.set(
      [a, b, c, d].map((row) => row * TILE_BYTES),
      4 * k,
    ),
  );
}
