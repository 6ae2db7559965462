import type { Entry } from "yauzl";
import { SwarmError } from "../../../core/errors.ts";
import type { Dataset, ReadOptions } from "../dataset.ts";
import { dataError } from "../errors.ts";
import { ByteStream } from "../tensors/byteStream.ts";
import { MOST_INFLATION } from "../tensors/fileStream.ts";
import { readNpyHeader } from "../tensors/npyHeader.ts";
import { readTensors, type TensorSchema } from "../tensors/readTensors.ts";
import { checkSize, type TensorStream } from "../tensors/tensorStream.ts";
import { openZip, type Zip, zipError } from "./openZip.ts";

/** Most of an archive's arrays that an error lists. */
const LISTED_ARRAYS = 20;

/**
 * Reads two arrays of an archive that `numpy.savez` or `numpy.savez_compressed` wrote.
 * @param arrays their names @throws SwarmError DATA_ARRAYS (lists those that are there), DATA_DAMAGED, DATA_HEADER, and see `readTensors`
 */
export async function readNpz(
  path: string,
  arrays: { features: string; labels: string },
  schema: TensorSchema,
  options: ReadOptions = {},
): Promise<Dataset> {
  const zip = await openZip(path);
  try {
    const openArray = (name: string) => openEntry(zip, path, name);
    return await readTensors(
      () => openArray(arrays.features),
      () => openArray(arrays.labels),
      schema,
      options,
    );
  } finally {
    zip.close();
  }
}

async function openEntry(zip: Zip, path: string, array: string): Promise<TensorStream> {
  const entry = zip.entries.get(`${array}.npy`);
  if (entry === undefined) {
    const names = [...zip.entries.keys()].map((name) => `"${name.replace(/\.npy$/, "")}"`);
    const more = names.length > LISTED_ARRAYS ? ` and ${names.length - LISTED_ARRAYS} more` : "";
    const text = `has no array "${array}"; it has ${names.slice(0, LISTED_ARRAYS).join(", ") || "none"}${more}. Save it under the names in the task's data.arrays`;
    throw dataError("DATA_ARRAYS", path, text, { array });
  }
  const name = `${path}[${array}]`;
  requireHonestSize(entry, name);
  const readable = await zip.read(entry);
  const close = async (): Promise<void> => void readable.destroy();
  const stream = new ByteStream(told(readable, name));
  try {
    const header = await readNpyHeader(stream, name);
    // The archive's library holds the entry to its size, so that the size can be trusted from here on.
    checkSize(name, header.shape, header.type.size, { exactly: entry.uncompressedSize - header.bytes });
    return { ...header, name, body: stream, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** An archive that unfolds to more than deflate can make is lying. */
function requireHonestSize({ compressedSize, uncompressedSize }: Entry, name: string): void {
  if (uncompressedSize <= compressedSize * MOST_INFLATION + 64) return;
  const text = `says that ${compressedSize} bytes unfold to ${uncompressedSize}, which is more than its compression can do`;
  throw dataError("DATA_DAMAGED", name, text);
}

async function* told(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (cause) {
    throw cause instanceof SwarmError ? cause : zipError(name, cause);
  }
}
