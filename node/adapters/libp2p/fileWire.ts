import type { Address, Bytes32 } from "../../core/primitives.ts";
import type { FileRequest } from "../../ports/network.ts";

/** One request a stream: a frame that asks, a frame that answers, then the file's raw bytes. */
export const FILE_PROTOCOL = "/swarm/file/1.0.0";

/** Longest frame after its length, both ways. */
export const MAX_FRAME_BYTES = 1024;
const LENGTH_BYTES = 4;
const MAX_REASON_LENGTH = 200;

/** What both sides must agree on before any file means the same to them. */
export interface NetworkIdentity {
  protocolVersion: number;
  genesisHash: Bytes32;
  ledgerAddress: Address;
}

export type FileAnswer =
  | { status: "ok"; size: number }
  | { status: "refused"; reason: string }
  | ({ status: "version" } & NetworkIdentity);

/** A frame: length (32 bits, big endian), then that many bytes of JSON. */
export function encodeFrame(value: object): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(value));
  if (json.length > MAX_FRAME_BYTES) throw new RangeError(`a frame of ${json.length} bytes exceeds ${MAX_FRAME_BYTES}`);
  const frame = new Uint8Array(LENGTH_BYTES + json.length);
  new DataView(frame.buffer).setUint32(0, json.length);
  frame.set(json, LENGTH_BYTES);
  return frame;
}

/** A peer's bytes that break the protocol; the message says how. */
export class WireError extends Error {}

/**
 * Collects one frame out of chunks of any size.
 * @throws WireError for a length over the limit (before anything of that size is kept) and for what is no JSON object
 */
export function createFrameReader(): (
  chunk: Uint8Array,
) => { value: Record<string, unknown>; rest: Uint8Array } | undefined {
  let kept = new Uint8Array(0);
  return (chunk) => {
    const bytes = new Uint8Array(kept.length + chunk.length);
    bytes.set(kept);
    bytes.set(chunk, kept.length);
    kept = bytes;
    if (bytes.length < LENGTH_BYTES) return undefined;
    const length = new DataView(bytes.buffer).getUint32(0);
    if (length > MAX_FRAME_BYTES)
      throw new WireError(`a frame of ${length} bytes was announced, ${MAX_FRAME_BYTES} are allowed`);
    if (bytes.length < LENGTH_BYTES + length) return undefined;
    const value = parseObject(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
    return { value, rest: bytes.subarray(LENGTH_BYTES + length) };
  };
}

function parseObject(json: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
  } catch {
    throw new WireError("a frame is no JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new WireError("a frame is no JSON object");
  return value as Record<string, unknown>;
}

export function encodeRequest(identity: NetworkIdentity, { kind, taskId, sha256 }: FileRequest): Uint8Array {
  return encodeFrame({ ...pickIdentity(identity), kind, taskId, sha256 });
}

/** @throws WireError */
export function parseRequest(value: Record<string, unknown>): { identity: NetworkIdentity; request: FileRequest } {
  const { kind, taskId, sha256 } = value;
  if (kind !== "update" && kind !== "model") throw new WireError('"kind" is neither "update" nor "model"');
  return {
    identity: parseIdentity(value),
    request: { kind, taskId: parseHex(taskId, "taskId", 64), sha256: parseHex(sha256, "sha256", 64) },
  };
}

export function encodeAnswer(answer: FileAnswer): Uint8Array {
  switch (answer.status) {
    case "ok":
      return encodeFrame(answer);
    case "refused":
      return encodeFrame({ status: "refused", reason: cleanReason(answer.reason) });
    case "version":
      return encodeFrame({ status: "version", ...pickIdentity(answer) });
  }
}

/** @throws WireError */
export function parseAnswer(value: Record<string, unknown>): FileAnswer {
  switch (value.status) {
    case "ok":
      if (!Number.isSafeInteger(value.size) || (value.size as number) < 0) throw new WireError('"size" is no length');
      return { status: "ok", size: value.size as number };
    case "refused":
      if (typeof value.reason !== "string") throw new WireError('"reason" is no text');
      return { status: "refused", reason: cleanReason(value.reason) };
    case "version":
      return { status: "version", ...parseIdentity(value) };
    default:
      throw new WireError('"status" is none of ok, refused, version');
  }
}

/** Short and printable: reasons of peers end up in logs and terminals. */
function cleanReason(reason: string): string {
  return reason.replace(/[^\x20-\x7e]/g, "?").slice(0, MAX_REASON_LENGTH);
}

export function isSameNetwork(a: NetworkIdentity, b: NetworkIdentity): boolean {
  return (
    a.protocolVersion === b.protocolVersion && a.genesisHash === b.genesisHash && a.ledgerAddress === b.ledgerAddress
  );
}

export function pickIdentity({ protocolVersion, genesisHash, ledgerAddress }: NetworkIdentity): NetworkIdentity {
  return { protocolVersion, genesisHash, ledgerAddress };
}

/** @throws WireError */
export function parseIdentity(value: Record<string, unknown>): NetworkIdentity {
  const { protocolVersion, genesisHash, ledgerAddress } = value;
  if (!Number.isSafeInteger(protocolVersion)) throw new WireError('"protocolVersion" is no whole number');
  return {
    protocolVersion: protocolVersion as number,
    genesisHash: parseHex(genesisHash, "genesisHash", 64),
    ledgerAddress: parseHex(ledgerAddress, "ledgerAddress", 40),
  };
}

function parseHex(value: unknown, name: string, digits: number): `0x${string}` {
  if (typeof value !== "string" || value.length !== digits + 2 || !/^0x[0-9a-f]+$/.test(value)) {
    throw new WireError(`"${name}" is not 0x and ${digits} lower-case hex digits`);
  }
  return value as `0x${string}`;
}
