import { dataError } from "../errors.ts";
import type { ByteStream } from "./byteStream.ts";
import { type ElementType, elementType } from "./elementType.ts";

const MAGIC = "\x93NUMPY";
/** Most bytes of a header; NumPy's own limit is 10,000. */
const MAX_HEADER_BYTES = 65_536;

export interface NpyHeader {
  shape: number[];
  type: ElementType;
  columnMajor: boolean;
  /** Bytes before the first element. */
  bytes: number;
}

/**
 * Reads an array's header (NumPy Enhancement Proposal 1, format versions 1 to 3). It is a Python literal, of which exactly the one form that
 * NumPy writes is read; nothing is evaluated, and arrays of objects, which are pickles and so programs, are refused.
 * @throws SwarmError DATA_HEADER, DATA_TYPE, DATA_TRUNCATED
 */
export async function readNpyHeader(stream: ByteStream, name: string): Promise<NpyHeader> {
  const start = await stream.take(8);
  if (start.length < 8 || String.fromCharCode(...start.subarray(0, 6)) !== MAGIC)
    throw dataError("DATA_HEADER", name, "is no .npy array: it does not begin as NumPy's files do");
  const version = start[6] as number;
  if (version < 1 || version > 3)
    throw dataError("DATA_HEADER", name, `has version ${version} of the .npy format; 1, 2 and 3 are read`);
  const lengthBytes = await stream.take(version === 1 ? 2 : 4);
  if (lengthBytes.length < (version === 1 ? 2 : 4)) throw dataError("DATA_TRUNCATED", name, "ends within its header");
  const view = new DataView(lengthBytes.buffer);
  const length = version === 1 ? view.getUint16(0, true) : view.getUint32(0, true);
  if (length > MAX_HEADER_BYTES)
    throw dataError("DATA_HEADER", name, `has a header of ${length} bytes; ${MAX_HEADER_BYTES} is the most`);
  const bytes = await stream.take(length);
  if (bytes.length < length) throw dataError("DATA_TRUNCATED", name, "ends within its header");
  return { ...parse(new TextDecoder("latin1").decode(bytes), name), bytes: stream.taken };
}

function parse(text: string, name: string): Omit<NpyHeader, "bytes"> {
  const dictionary = /^\{([^{}]*)\}\s*$/.exec(text)?.[1];
  const descr = /'descr':\s*'([^']{1,16})'/.exec(dictionary ?? "")?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(dictionary ?? "")?.[1];
  const sides = /'shape':\s*\(([\d, ]*)\)/.exec(dictionary ?? "")?.[1];
  if (dictionary !== undefined && descr === undefined && /'descr':\s*\[/.test(dictionary))
    throw dataError("DATA_TYPE", name, "is a structured array; save a plain array of numbers instead");
  if (descr === undefined || order === undefined || sides === undefined)
    throw dataError("DATA_HEADER", name, "its header does not say type, order and shape as NumPy writes them");
  const type = elementType(descr);
  if (type === undefined) {
    const why = descr.includes("O")
      ? "objects are pickles, which are programs, and are never read"
      : "that is neither a number nor text";
    throw dataError(
      "DATA_TYPE",
      name,
      `has elements of type "${descr}": ${why}; save it with another dtype, such as float32`,
      {
        type: descr,
      },
    );
  }
  const shape = sides
    .split(",")
    .map((side) => side.trim())
    .filter((side) => side !== "")
    .map(Number);
  return { shape, type, columnMajor: order === "True" };
}
