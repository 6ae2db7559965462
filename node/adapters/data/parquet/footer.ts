import type { FileHandle } from "node:fs/promises";
import { type FileMetaData, parquetMetadata } from "hyparquet";
import { dataError } from "../errors.ts";
import { readThrift } from "./thrift.ts";

/** Most bytes of a footer: thousands of columns and row groups. */
const MAX_FOOTER_BYTES = 16_777_216;
const MAGIC = 0x31524150;

/**
 * Reads what a file says about itself (Parquet format, FileMetaData). Its structure is walked with bounds before the library sees it.
 * @param size of the file in bytes @throws SwarmError DATA_HEADER, DATA_TRUNCATED, DATA_TOO_LARGE
 */
export async function readFooter(file: FileHandle, size: number, path: string): Promise<FileMetaData> {
  if (size < 12) throw dataError("DATA_TRUNCATED", path, `has ${size} bytes, which is too short for a Parquet file`);
  const end = await readAt(file, size - 8, 8);
  const ends = new DataView(end.buffer);
  if (ends.getUint32(4, true) !== MAGIC)
    throw dataError(
      "DATA_HEADER",
      path,
      "does not end as Parquet files do: it is cut off, encrypted or of another format",
    );
  const length = ends.getUint32(0, true);
  if (length > size - 12)
    throw dataError("DATA_TRUNCATED", path, `its footer would have ${length} bytes, the file has ${size}`);
  if (length > MAX_FOOTER_BYTES)
    throw dataError("DATA_TOO_LARGE", path, `its footer has ${length} bytes; ${MAX_FOOTER_BYTES} are the most`);
  const tail = await readAt(file, size - 8 - length, length + 8);
  try {
    readThrift(tail.subarray(0, length));
    return parquetMetadata(tail.buffer as ArrayBuffer);
  } catch (cause) {
    throw dataError(
      "DATA_HEADER",
      path,
      `its footer is damaged (${(cause as Error).message}): write it again`,
      {},
      cause,
    );
  }
}

/** Exactly these bytes, in a buffer of their own. @throws RangeError where the file ends before */
export async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) throw new RangeError("the file became shorter while it was read");
    filled += bytesRead;
  }
  return bytes;
}
