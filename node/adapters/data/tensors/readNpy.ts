import type { Dataset, ReadOptions } from "../dataset.ts";
import { findPair } from "./filePair.ts";
import { openFile } from "./fileStream.ts";
import { readNpyHeader } from "./npyHeader.ts";
import { readTensors, type TensorSchema } from "./readTensors.ts";
import { checkSize, type TensorStream } from "./tensorStream.ts";

/**
 * Reads two arrays that NumPy saved, `features.npy` and `labels.npy`.
 * @param path of the features' file, or of a folder with both @throws SwarmError DATA_FILES, DATA_HEADER, and see `readTensors`
 */
export async function readNpy(path: string, schema: TensorSchema, options: ReadOptions = {}): Promise<Dataset> {
  const pair = await findPair(path, /\.npy$/i);
  return readTensors(
    () => openNpy(pair.features, options.signal),
    () => openNpy(pair.labels, options.signal),
    schema,
    options,
  );
}

async function openNpy(path: string, signal: AbortSignal | undefined): Promise<TensorStream> {
  const { stream, bytes, close } = await openFile(path, signal);
  try {
    const header = await readNpyHeader(stream, path);
    const left = "exactly" in bytes ? { exactly: bytes.exactly - header.bytes } : bytes;
    checkSize(path, header.shape, header.type.size, left);
    return { ...header, name: path, body: stream, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}
