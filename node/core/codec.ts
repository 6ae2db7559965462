import { SwarmError } from "./errors.ts";
import type { Bytes32 } from "./primitives.ts";
import type { ShareableWeights } from "./privacy/share.ts";
import { cut, quoted } from "./quoted.ts";
import { decodeSafetensors, encodeSafetensors, readLayout } from "./safetensors.ts";
import type { TensorSpec, UpdateHeader, Weights } from "./weights.ts";

/**
 * The two kinds of files. A model file is canonical safetensors of full weights without metadata; its sha256 is the model's hash.
 * An update file is the same of a delta, with the fields of `UpdateHeader` as text in its metadata (numbers in decimal).
 */

const FIELDS = ["version", "genesis", "ledger", "task", "round", "node", "base", "encoding", "salt"] as const;

/** @throws SwarmError like `encodeSafetensors` */
export function encodeModel(weights: Weights): Uint8Array<ArrayBuffer> {
  return encodeSafetensors(weights);
}

/** @throws SwarmError like `decodeSafetensors`; FILE_METADATA where the file has metadata (an update is no model) */
export function decodeModel(bytes: Uint8Array): Weights {
  const { weights, metadata } = decodeSafetensors(bytes);
  if (metadata.size === 0) return weights;
  throw new SwarmError(
    "FILE_METADATA",
    "A model file has no metadata; this may be an update, or a file of another program.",
  );
}

/** @throws SwarmError like `encodeSafetensors`; FILE_METADATA for a header that `decodeUpdate` would refuse */
export function encodeUpdate(header: UpdateHeader, delta: ShareableWeights): Uint8Array {
  const metadata = new Map<string, string>(FIELDS.map((field) => [field, String(header[field])]));
  parseUpdateHeader(metadata);
  return encodeSafetensors(delta, metadata);
}

/**
 * Whether the fields are those of the round at hand is for `validateUpdate`; here only that they are there and well-formed.
 * @throws SwarmError like `decodeSafetensors`; FILE_METADATA for a missing, unknown or malformed field
 */
export function decodeUpdate(bytes: Uint8Array): { header: UpdateHeader; delta: Weights } {
  const { weights, metadata } = decodeSafetensors(bytes);
  return { header: parseUpdateHeader(metadata), delta: weights };
}

/**
 * The same of a file that is read in parts.
 * @param head its first `HEAD_BYTES` bytes, or all of it where it has fewer
 * @returns its tensors, and the offset at which their values start
 */
export function readUpdateLayout(
  head: Uint8Array,
  fileBytes: number,
): { header: UpdateHeader; specs: TensorSpec[]; start: number } {
  const { specs, metadata, start } = readLayout(head, fileBytes);
  return { header: parseUpdateHeader(metadata), specs, start };
}

function parseUpdateHeader(metadata: ReadonlyMap<string, string>): UpdateHeader {
  for (const key of metadata.keys()) {
    if (!(FIELDS as readonly string[]).includes(key)) throw invalid(key, "is not a field of an update's header");
  }
  const take = (field: string, pattern: RegExp, allowed: string): string => {
    const value = metadata.get(field);
    if (value === undefined) throw invalid(field, "is missing");
    if (!pattern.test(value)) throw invalid(field, `must be ${allowed}`);
    return value;
  };
  const hash = (field: string) => take(field, /^0x[0-9a-f]{64}$/, "0x and 64 lower-case hex digits") as Bytes32;
  const address = (field: string) => take(field, /^0x[0-9a-f]{40}$/, "0x and 40 lower-case hex digits");
  const integer = (field: string) => Number(take(field, /^(0|[1-9][0-9]{0,9})$/, "a number in decimal digits"));
  return {
    version: integer("version"),
    genesis: hash("genesis"),
    ledger: address("ledger"),
    task: hash("task"),
    round: integer("round"),
    node: address("node"),
    base: hash("base"),
    encoding: take("encoding", /^f32$/, '"f32"') as "f32",
    salt: take("salt", /^([0-9a-f]{2}){16,64}$/, "16 to 64 bytes in lower-case hex digits"),
  };
}

function invalid(field: string, why: string): SwarmError {
  return new SwarmError("FILE_METADATA", `The update's header field ${quoted(field)} ${why}.`, { field: cut(field) });
}
