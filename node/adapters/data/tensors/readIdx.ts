import type { Dataset, ReadOptions } from "../dataset.ts";
import { dataError } from "../errors.ts";
import { elementType } from "./elementType.ts";
import { findPair } from "./filePair.ts";
import { openFile } from "./fileStream.ts";
import { readTensors, type TensorSchema } from "./readTensors.ts";
import { checkSize, type TensorStream } from "./tensorStream.ts";

/** The third byte of an IDX file, and the same type as NumPy writes it; all are big-endian. */
const TYPES: Readonly<Record<number, string>> = { 8: "|u1", 9: "|i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8" };
const MAX_AXES = 8;

/**
 * Reads images and labels as the MNIST database has them (IDX; LeCun, Cortes and Burges), also gzipped.
 * @param path of the images' file, or of a folder with one pair @throws SwarmError DATA_FILES, DATA_HEADER, DATA_DAMAGED, and see `readTensors`
 */
export async function readIdx(path: string, schema: TensorSchema, options: ReadOptions = {}): Promise<Dataset> {
  const pair = await findPair(path, /(idx\d-[a-z]+|\.idx\d?|ubyte)(\.gz)?$/i);
  return readTensors(
    () => openIdx(pair.features, options.signal),
    () => openIdx(pair.labels, options.signal),
    schema,
    options,
  );
}

async function openIdx(path: string, signal: AbortSignal | undefined): Promise<TensorStream> {
  const { stream, bytes, close } = await openFile(path, signal);
  try {
    const magic = await stream.take(4);
    const type = elementType(TYPES[magic[2] ?? 0] ?? "");
    const axes = magic[3] ?? 0;
    if (magic.length < 4 || magic[0] !== 0 || magic[1] !== 0 || type === undefined || axes < 1 || axes > MAX_AXES)
      throw dataError(
        "DATA_HEADER",
        path,
        "is no IDX file: it does not begin with two zeros, a type and a number of axes",
      );
    const sides = await stream.take(4 * axes);
    if (sides.length < 4 * axes) throw dataError("DATA_TRUNCATED", path, "ends within its header");
    const view = new DataView(sides.buffer);
    const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 * axis));
    const header = 4 + 4 * axes;
    checkSize(path, shape, type.size, "exactly" in bytes ? { exactly: bytes.exactly - header } : bytes);
    return { name: path, shape, type, columnMajor: false, body: stream, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}
