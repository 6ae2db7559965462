import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { type CompressionCodec, type Compressors, snappyUncompress } from "hyparquet";
import { checkSnappy } from "./checkSnappy.ts";

/**
 * Decompression by Node's own zlib, each page into no more than its header says: what unfolds to more fails at the limit. The headers' sizes were
 * checked before (`checkPages`).
 */
export const COMPRESSORS: Compressors = {
  SNAPPY(input, length) {
    checkSnappy(input, length);
    const output = new Uint8Array(length);
    snappyUncompress(input, output);
    return output;
  },
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: Math.max(1, length) }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
  ZSTD: (input, length) => zstdDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
};

/** A page's bytes. @param length that its header says @throws Error where it is another, or the codec is none of these */
export function decompressed(codec: CompressionCodec, input: Uint8Array, length: number): Uint8Array {
  const output = codec === "UNCOMPRESSED" ? input : COMPRESSORS[codec]?.(input, length);
  if (output?.length !== length) throw new Error("a page is not as long as its header says");
  return output;
}
