import { dataError } from "../errors.ts";
import type { ByteStream } from "./byteStream.ts";
import type { ElementType } from "./elementType.ts";

/** An array in a file, its header read and its elements to come. */
export interface TensorStream {
  /** What errors call it: a path, and the array's name where a file has several. */
  name: string;
  shape: readonly number[];
  type: ElementType;
  /** The first axis runs fastest (Fortran's order) instead of the last (C's). */
  columnMajor: boolean;
  /** Begins at the first element. */
  body: ByteStream;
  close(): Promise<void>;
}

/** Most axes of an array, and the most elements along one. */
const MAX_AXES = 8;
const MAX_SIDE = 2 ** 31;

/**
 * Number of elements, checked against the file's size before anything is allocated.
 * @param bytes that are there for the elements: exactly, or at the most where they are compressed
 * @throws SwarmError DATA_HEADER, DATA_TRUNCATED, DATA_TRAILING
 */
export function checkSize(
  name: string,
  shape: readonly number[],
  size: number,
  bytes: { exactly: number } | { atMost: number },
): number {
  if (shape.length > MAX_AXES || shape.some((side) => !Number.isSafeInteger(side) || side < 0 || side > MAX_SIDE))
    throw dataError("DATA_HEADER", name, `the header's shape is not one of ${MAX_AXES} axes at the most`);
  const elements = shape.reduce((product, side) => product * side, 1);
  const needed = elements * size;
  const have = "exactly" in bytes ? bytes.exactly : bytes.atMost;
  if (!(needed <= have)) {
    const most = "exactly" in bytes ? "" : " at the most";
    const text = `the header's shape [${shape}] needs ${needed} bytes, the file has ${have}${most}: it is cut off, or its header is wrong`;
    throw dataError("DATA_TRUNCATED", name, text, { needed, have });
  }
  if ("exactly" in bytes && needed < have)
    throw dataError("DATA_TRAILING", name, `goes on for ${have - needed} bytes after its last element`, {
      needed,
      have,
    });
  return elements;
}

/**
 * Checks that an array ended where its header said: whether compressed data goes on shows only now, and so does what its checksum says.
 * @param got elements that were read @param due elements that the header says @throws SwarmError DATA_TRUNCATED, DATA_TRAILING, DATA_DAMAGED
 */
export async function checkEnd({ name, body }: TensorStream, got: number, due: number): Promise<void> {
  if (got === due && (await body.ended())) return;
  if (got === due) throw dataError("DATA_TRAILING", name, "goes on after its last element", { due });
  throw dataError("DATA_TRUNCATED", name, `ends after ${got} of ${due} elements: copy the file again`, { got, due });
}
