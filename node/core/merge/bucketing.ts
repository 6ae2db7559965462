import { sha256 } from "../hash.ts";
import type { Bytes32 } from "../primitives.ts";
import type { Step } from "./rule.ts";

/**
 * Bucketing (Karimireddy et al., Byzantine-Robust Learning on Heterogeneous Datasets via Bucketing, ICLR 2022): the vectors in an order that is
 * drawn by the seed, `size` to a bucket, fewer in the last; every bucket becomes the mean of its vectors. A coefficient is 1 / the bucket's
 * number, rounded. f faulty vectors spoil f buckets at the most, of ceil(n / size): what follows has to do with so few.
 */
export function bucketing(size: number): Step {
  return {
    measures: "nothing",
    mixes: true,
    rows: (n) => Math.ceil(n / size),
    requires: () => undefined,
    matrix({ n, seed }) {
      const rows = Math.ceil(n / size);
      const matrix = new Float64Array(rows * n);
      drawnOrder(seed, n).forEach((j, place) => {
        const bucket = Math.floor(place / size);
        matrix[bucket * n + j] = 1 / Math.min(size, n - bucket * size);
      });
      return matrix;
    },
  };
}

/** 0 to n-1 by the sha256 of the seed's 32 bytes and the number as four bytes, the first the most significant; hashes compared byte by byte. */
export function drawnOrder(seed: Bytes32, n: number): number[] {
  const hashes = Array.from({ length: n }, (_, i) => {
    const bytes = new Uint8Array(36);
    bytes.set(Buffer.from(seed.slice(2), "hex"));
    new DataView(bytes.buffer).setUint32(32, i);
    return sha256(bytes);
  });
  return hashes.map((_, i) => i).sort((a, b) => ((hashes[a] as Bytes32) < (hashes[b] as Bytes32) ? -1 : 1));
}
