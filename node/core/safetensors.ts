import { SwarmError } from "./errors.ts";
import { cut, quoted } from "./quoted.ts";
import {
  checkSpecs,
  compareUtf8,
  elementCount,
  headerText,
  MAX_HEADER_BYTES,
  type Metadata,
  totalElements,
} from "./safetensorsHeader.ts";
import type { TensorSpec, Weights } from "./weights.ts";

/**
 * Canonical safetensors: of all files of that format with the same content exactly one is ours, so that equal content has an equal
 * hash. 8 bytes header length (little-endian), the header of `headerText`, then all float32 values, little-endian, without a gap.
 * Without metadata this is what the format's own library writes for float32 tensors.
 */

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Copies float32 values between this machine's order and the file's; NaN payloads stay as they are. */
function copyValues(from: Uint8Array, to: Uint8Array): void {
  to.set(from);
  toMachineOrder(to);
}

/**
 * @returns the file's bytes
 * @throws SwarmError FILE_EMPTY, FILE_NAME, FILE_SHAPE, FILE_HEADER_TOO_LARGE; FILE_LENGTH if `values` has not as many elements as `specs` say
 */
export function encodeSafetensors(weights: Weights, metadata: Metadata = new Map()): Uint8Array<ArrayBuffer> {
  const { specs, values } = weights;
  checkSpecs(specs);
  if (values.length !== totalElements(specs)) {
    const message = `The tensors have ${totalElements(specs)} elements, but ${values.length} values were given.`;
    throw new SwarmError("FILE_LENGTH", message, { expected: totalElements(specs), given: values.length });
  }
  const { file, start } = blank(specs, metadata);
  copyValues(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), file.subarray(start));
  return file;
}

/** A file whose values are 0 yet; `start` is where they begin. */
function blank(specs: readonly TensorSpec[], metadata: Metadata): { file: Uint8Array<ArrayBuffer>; start: number } {
  checkSpecs(specs);
  const header = headerText(specs, metadata).bytes;
  const start = 8 + header.length;
  const file = new Uint8Array(start + 4 * totalElements(specs));
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  return { file, start };
}

/**
 * A file to be filled: `values` are its own where this machine's order of bytes is the file's, so that a large model is in memory once.
 * `finish` gives the whole file; what is written to `values` afterwards does not count.
 * @throws SwarmError as `encodeSafetensors`
 */
export function draftSafetensors(specs: readonly TensorSpec[]): {
  values: Float32Array;
  finish(): Uint8Array<ArrayBuffer>;
} {
  const { file, start } = blank(specs, new Map());
  const values = LITTLE_ENDIAN ? new Float32Array(file.buffer, start) : new Float32Array(totalElements(specs));
  const finish = (): Uint8Array<ArrayBuffer> => {
    if (!LITTLE_ENDIAN) copyValues(new Uint8Array(values.buffer), file.subarray(start));
    return file;
  };
  return { values, finish };
}

/** Turns bytes as they are in a file into this machine's values, in place. */
export function toMachineOrder(bytes: Uint8Array): void {
  if (LITTLE_ENDIAN) return;
  for (let i = 0; i < bytes.length; i += 4) bytes.subarray(i, i + 4).reverse();
}

/**
 * Reads exactly what `encodeSafetensors` writes; work and memory are bounded by the file's size whatever it says.
 * `values` is a view of `bytes` where these are aligned to 4 (they are if they start a buffer), else a copy.
 * @throws SwarmError FILE_TRUNCATED, FILE_TRAILING, FILE_HEADER_TOO_LARGE, FILE_HEADER, FILE_DTYPE, FILE_SHAPE, FILE_NAME,
 *   FILE_EMPTY, FILE_OVERLAP, FILE_GAP, FILE_NOT_CANONICAL
 */
export function decodeSafetensors(bytes: Uint8Array): { weights: Weights; metadata: Metadata } {
  const { specs, metadata, start } = readLayout(bytes, bytes.length);
  const dataBytes = bytes.length - start;
  const aligned = (bytes.byteOffset + start) % 4 === 0;
  if (aligned && LITTLE_ENDIAN) {
    return {
      weights: { specs, values: new Float32Array(bytes.buffer, bytes.byteOffset + start, dataBytes / 4) },
      metadata,
    };
  }
  const values = new Float32Array(dataBytes / 4);
  copyValues(bytes.subarray(start), new Uint8Array(values.buffer));
  return { weights: { specs, values }, metadata };
}

/** Bytes of a file's beginning that hold any header that is allowed. */
export const HEAD_BYTES = 8 + MAX_HEADER_BYTES;

/**
 * What a file's beginning says about the whole: its tensors, and the offset at which their values start.
 * @param head the file's first `HEAD_BYTES` bytes, or all of it where it has fewer
 * @param fileBytes how long the whole file is
 * @throws SwarmError like `decodeSafetensors`
 */
export function readLayout(
  head: Uint8Array,
  fileBytes: number,
): { specs: TensorSpec[]; metadata: Metadata; start: number } {
  const text = readHeader(head, fileBytes);
  const { specs, metadata } = parseHeader(text);
  const start = 8 + new DataView(head.buffer, head.byteOffset).getUint32(0, true);
  const dataBytes = 4 * totalElements(specs);
  if (fileBytes - start < dataBytes) throw truncated(start + dataBytes, fileBytes);
  if (fileBytes - start > dataBytes) {
    throw new SwarmError(
      "FILE_TRAILING",
      `The file goes on for ${fileBytes - start - dataBytes} bytes after its last tensor.`,
    );
  }
  if (headerText(specs, metadata).text !== text) {
    const message =
      "The file's header is not written in the one way that this network accepts (sorted, no spaces, each name once).";
    throw new SwarmError("FILE_NOT_CANONICAL", message);
  }
  return { specs, metadata, start };
}

function truncated(expected: number, given: number): SwarmError {
  const message = `The file ends after ${given} bytes where ${expected} are due; fetch it again.`;
  return new SwarmError("FILE_TRUNCATED", message, { expected, given });
}

/** The header's text, padding included. */
function readHeader(bytes: Uint8Array, fileBytes: number): string {
  if (bytes.length < 8) throw truncated(8, fileBytes);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    const message = `The file claims a header of ${length} bytes; at most ${MAX_HEADER_BYTES} are allowed.`;
    throw new SwarmError("FILE_HEADER_TOO_LARGE", message, { bytes: String(length) });
  }
  const end = 8 + Number(length);
  if (bytes.length < end) throw truncated(end, fileBytes);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, end));
  } catch (cause) {
    throw new SwarmError("FILE_HEADER", "The file's header is not UTF-8 text.", {}, cause);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What the header says. Offsets are checked here; spelling, order and duplicates by comparing with `headerText` afterwards. */
function parseHeader(text: string): { specs: TensorSpec[]; metadata: Metadata } {
  if (text.includes("\\"))
    throw new SwarmError("FILE_NAME", "The file's header has an escaped character; names are written as they are.");
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw new SwarmError("FILE_HEADER", "The file's header is not JSON.", {}, cause);
  }
  if (!isRecord(header)) throw new SwarmError("FILE_HEADER", "The file's header is not a JSON object.");
  const metadata = new Map<string, string>();
  const tensors: [string, unknown][] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name !== "__metadata__") tensors.push([name, entry]);
    else if (!isRecord(entry)) throw new SwarmError("FILE_HEADER", "The file's metadata is not a JSON object.");
    else for (const [key, value] of Object.entries(entry)) metadata.set(key, metadataText(key, value));
  }
  tensors.sort(([a], [b]) => compareUtf8(a, b));
  const entries = tensors.map(([name, entry]) => parseEntry(name, entry));
  const specs = entries.map(({ spec }) => spec);
  checkSpecs(specs);
  let offset = 0;
  for (const { spec, begin, end } of entries) {
    const place = `Tensor ${quoted(spec.name)} begins at ${begin} where ${offset} is due`;
    if (begin < offset)
      throw new SwarmError(
        "FILE_OVERLAP",
        `${place}: it overlaps another, or tensors are not in the order of their names.`,
      );
    if (begin > offset)
      throw new SwarmError("FILE_GAP", `${place}: there is a gap, or tensors are not in the order of their names.`);
    offset += 4 * elementCount(spec.shape);
    if (end !== offset)
      throw new SwarmError("FILE_SHAPE", `Tensor ${quoted(spec.name)} ends at ${end}, but by its shape at ${offset}.`);
  }
  return { specs, metadata };
}

function metadataText(key: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw new SwarmError("FILE_HEADER", `Metadata ${quoted(key)} is not text.`, { name: cut(key) });
}

function parseEntry(name: string, entry: unknown): { spec: TensorSpec; begin: number; end: number } {
  const where = `The header's entry for tensor ${quoted(name)}`;
  const data = { name: cut(name) };
  if (!isRecord(entry)) throw new SwarmError("FILE_HEADER", `${where} is not a JSON object.`, data);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== "F32")
    throw new SwarmError("FILE_DTYPE", `${where} has dtype ${quoted(dtype, 20)}; only "F32" is allowed.`, data);
  const numbers = (list: unknown): list is number[] => Array.isArray(list) && list.every((x) => typeof x === "number");
  if (!numbers(shape) || !numbers(offsets) || offsets.length !== 2) {
    throw new SwarmError("FILE_HEADER", `${where} needs a shape and two data_offsets, all numbers.`, data);
  }
  return { spec: { name, shape }, begin: offsets[0] as number, end: offsets[1] as number };
}
