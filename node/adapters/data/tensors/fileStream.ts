import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { asDataError, dataError } from "../errors.ts";
import { ByteStream } from "./byteStream.ts";

/** What deflate can make of one byte at the most (RFC 1951: runs of 258 in two bits, and block headers). */
export const MOST_INFLATION = 1032;

export interface OpenedFile {
  stream: ByteStream;
  /** Bytes that come: exactly, or at the most where they are compressed. */
  bytes: { exactly: number } | { atMost: number };
  close(): Promise<void>;
}

/** Opens a file to be read as a stream, decompressed if its name ends in .gz. @throws SwarmError DATA_UNREADABLE */
export async function openFile(path: string, signal?: AbortSignal): Promise<OpenedFile> {
  const size = await sizeOf(path);
  const raw = createReadStream(path, signal === undefined ? {} : { signal });
  if (!path.endsWith(".gz")) {
    const stream = new ByteStream(told(path, raw));
    return { stream, bytes: { exactly: size }, close: async () => void raw.destroy() };
  }
  const inflated = createGunzip();
  raw.on("error", (error) => inflated.destroy(error));
  raw.pipe(inflated);
  const close = async (): Promise<void> => {
    raw.destroy();
    inflated.destroy();
  };
  return { stream: new ByteStream(told(path, inflated)), bytes: { atMost: size * MOST_INFLATION }, close };
}

async function sizeOf(path: string): Promise<number> {
  try {
    await using file = await open(path, "r");
    const stats = await file.stat();
    if (stats.isFile()) return stats.size;
  } catch (cause) {
    throw asDataError(path, cause);
  }
  throw dataError("DATA_UNREADABLE", path, "is no file");
}

/** Chunks, with what goes wrong in the project's words. */
async function* told(path: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code?.startsWith("Z_")) {
      const what = code === "Z_BUF_ERROR" ? "its compressed data is cut off" : "its compressed data is damaged";
      throw dataError("DATA_DAMAGED", path, `${what}: copy the file again`, { system: code }, cause);
    }
    throw asDataError(path, cause);
  }
}
