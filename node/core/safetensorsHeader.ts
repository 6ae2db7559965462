import { SwarmError } from "./errors.ts";
import { cut, quoted } from "./quoted.ts";
import type { TensorSpec } from "./weights.ts";

/** Longest JSON header in bytes, padding included; bounds the work that a hostile file can cause. */
export const MAX_HEADER_BYTES = 65_536;
/** Most dimensions of a tensor. */
export const MAX_RANK = 8;
/** The key under which the format keeps its text metadata; no tensor can have this name. */
const METADATA = "__metadata__";

/**
 * Text that JSON writes as it is. Nothing in a header is escaped: two spellings of one name are impossible then, and so is a parser
 * that reads one of them differently (V8's JSON.parse was seen to take an escaped key for a similar one that it had met before).
 */
function isPlain(text: string): boolean {
  return JSON.stringify(text) === `"${text}"`;
}

/** Text metadata of a file; keys are written sorted by UTF-8 bytes. */
export type Metadata = ReadonlyMap<string, string>;

/** Orders strings by their UTF-8 bytes, which is the order of code points (and not that of JavaScript's UTF-16 units). */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const xSurrogate = x >= 0xd800 && x <= 0xdfff;
    const ySurrogate = y >= 0xd800 && y <= 0xdfff;
    // A surrogate stands for a code point above all others of the basic plane, also those from U+E000 on.
    if (xSurrogate !== ySurrogate) return xSurrogate ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}

/** Number of elements of a tensor; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** Number of elements of all tensors together. */
export function totalElements(specs: readonly TensorSpec[]): number {
  let total = 0;
  for (const spec of specs) total += elementCount(spec.shape);
  return total;
}

/**
 * @throws SwarmError FILE_EMPTY without a tensor, FILE_NAME for a name that is empty, reserved, unsorted, there twice, or has a
 *   quote, backslash, control character or half a surrogate pair, FILE_SHAPE for a size that is no positive integer, a rank above 8 or more than 2^40 elements
 */
export function checkSpecs(specs: readonly TensorSpec[]): void {
  if (specs.length === 0) throw new SwarmError("FILE_EMPTY", "The file holds no tensor; a model has at least one.");
  let previous: string | undefined;
  let total = 0;
  for (const { name, shape } of specs) {
    if (name === "" || name === METADATA || !isPlain(name)) {
      throw new SwarmError(
        "FILE_NAME",
        `A tensor cannot be called ${quoted(name)}; use a name without quotes, backslashes and control characters.`,
        { name: cut(name) },
      );
    }
    if (previous !== undefined && compareUtf8(previous, name) >= 0) {
      const message = `Tensor ${quoted(name)} follows ${quoted(previous)}; sort tensors by name, each once.`;
      throw new SwarmError("FILE_NAME", message, { name: cut(name), previous: cut(previous) });
    }
    previous = name;
    const count = elementCount(shape);
    total += count;
    const sizes = shape.every((size) => Number.isSafeInteger(size) && size > 0);
    if (!sizes || shape.length > MAX_RANK || !(total <= 2 ** 40)) {
      const message = `Tensor ${quoted(name)} has shape [${shape.slice(0, MAX_RANK).join(", ")}]; sizes are positive integers, at most 8.`;
      throw new SwarmError("FILE_SHAPE", message, { name: cut(name) });
    }
  }
}

/**
 * The one header for these tensors: `{"__metadata__":{...},"name":{"dtype":"F32","shape":[...],"data_offsets":[begin,end]},...}`
 * without spaces, metadata first and only if there is some, keys and names sorted by UTF-8 bytes, tensors one after another from
 * offset 0 in that order, then as many spaces as make the length a multiple of 8.
 * @param specs that `checkSpecs` accepts
 * @throws SwarmError FILE_HEADER_TOO_LARGE above 64 KiB, FILE_NAME for metadata that JSON would have to escape
 */
export function headerText(specs: readonly TensorSpec[], metadata: Metadata): { text: string; bytes: Uint8Array } {
  const parts: string[] = [];
  if (metadata.size > 0) {
    const pairs = [...metadata].sort(([a], [b]) => compareUtf8(a, b));
    const entries = pairs.map(([key, value]) => {
      if (isPlain(key) && isPlain(value)) return `"${key}":"${value}"`;
      throw new SwarmError("FILE_NAME", `Metadata ${quoted(key)} has a quote, backslash or control character.`, {
        name: cut(key),
      });
    });
    parts.push(`"${METADATA}":{${entries.join(",")}}`);
  }
  let offset = 0;
  for (const { name, shape } of specs) {
    const end = offset + 4 * elementCount(shape);
    parts.push(`"${name}":{"dtype":"F32","shape":[${shape.join(",")}],"data_offsets":[${offset},${end}]}`);
    offset = end;
  }
  const json = `{${parts.join(",")}}`;
  const encoder = new TextEncoder();
  const text = json + " ".repeat((8 - (encoder.encode(json).length % 8)) % 8);
  const bytes = encoder.encode(text);
  if (bytes.length > MAX_HEADER_BYTES) {
    const message = `The file's header would be ${bytes.length} bytes, at most ${MAX_HEADER_BYTES} are allowed; use fewer tensors or shorter names.`;
    throw new SwarmError("FILE_HEADER_TOO_LARGE", message, { bytes: bytes.length });
  }
  return { text, bytes };
}
