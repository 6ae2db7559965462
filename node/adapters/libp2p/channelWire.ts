import type { Message } from "../../ports/channels.ts";
import { type NetworkIdentity, parseIdentity, pickIdentity, WireError } from "./fileWire.ts";

/** One conversation a stream: an opening message, its answer, then messages of the purpose, both ways. */
export const CHANNEL_PROTOCOL = "/swarm/channel/1.0.0";

/** Longest head of a message, bytes. */
export const MAX_HEAD_BYTES = 64 * 1024;
/** Lengths of head and body, 32 bits each, big endian. */
const LENGTHS_BYTES = 8;
/** Largest body that the lengths can say. */
export const MAX_BODY_BYTES = 2 ** 32 - 1;
const PURPOSE = /^[a-z0-9-]{1,32}$/;

/** @throws RangeError for a head or body that is too long */
export function encodeMessage({ head, body }: Message): Uint8Array[] {
  const json = new TextEncoder().encode(JSON.stringify(head));
  if (json.length > MAX_HEAD_BYTES) throw new RangeError(`a head of ${json.length} bytes exceeds ${MAX_HEAD_BYTES}`);
  if (body.length > MAX_BODY_BYTES) throw new RangeError(`a body of ${body.length} bytes exceeds ${MAX_BODY_BYTES}`);
  const start = new Uint8Array(LENGTHS_BYTES + json.length);
  const view = new DataView(start.buffer);
  view.setUint32(0, json.length);
  view.setUint32(4, body.length);
  start.set(json, LENGTHS_BYTES);
  return body.length === 0 ? [start] : [start, body];
}

/** A body that is longer than whoever reads allows. */
export class LongBodyError extends Error {}

/** Collects one message out of chunks of any size. */
export interface MessageReader {
  /** @throws WireError, LongBodyError, both before memory is spent on what was announced */
  take(chunk: Uint8Array): void;
  /** Bytes taken. */
  readonly length: number;
  /** Whether the lengths have come, and with them how much is `missing`. */
  readonly known: boolean;
  readonly missing: number;
  readonly whole: boolean;
  /** The whole message, its size, and what came after it. @throws WireError */
  finish(): { message: Message; bytes: number; rest: Uint8Array };
}

export function createMessageReader(maxBodyBytes: number): MessageReader {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let headBytes = 0;
  let total = LENGTHS_BYTES;
  let known = false;

  function readLengths(): void {
    const start = Buffer.concat(chunks);
    chunks.splice(0, chunks.length, start);
    headBytes = start.readUInt32BE(0);
    const bodyBytes = start.readUInt32BE(4);
    if (headBytes > MAX_HEAD_BYTES)
      throw new WireError(`a head of ${headBytes} bytes was announced, ${MAX_HEAD_BYTES} are allowed`);
    if (bodyBytes > maxBodyBytes)
      throw new LongBodyError(`a body of ${bodyBytes} bytes was announced, ${maxBodyBytes} are allowed`);
    total = LENGTHS_BYTES + headBytes + bodyBytes;
    known = true;
  }

  return {
    take(chunk) {
      chunks.push(chunk);
      length += chunk.length;
      if (!known && length >= LENGTHS_BYTES) readLengths();
    },
    get length() {
      return length;
    },
    get known() {
      return known;
    },
    get missing() {
      return Math.max(0, total - length);
    },
    get whole() {
      return known && length >= total;
    },
    finish() {
      const all = Buffer.concat(chunks, length);
      const bodyStart = LENGTHS_BYTES + headBytes;
      const head = parseHead(all.subarray(LENGTHS_BYTES, bodyStart));
      return { message: { head, body: all.subarray(bodyStart, total) }, bytes: total, rest: all.subarray(total) };
    },
  };
}

function parseHead(json: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
  } catch {
    throw new WireError("a message's head is no JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new WireError("a message's head is no JSON object");
  return value as Record<string, unknown>;
}

export function openingOf(identity: NetworkIdentity, purpose: string): Message {
  if (!PURPOSE.test(purpose)) throw new RangeError(`"${purpose}" is no purpose of a channel`);
  return bodyless({ ...pickIdentity(identity), purpose });
}

/** @throws WireError */
export function parseOpening({ head }: Message): { identity: NetworkIdentity; purpose: string } {
  const { purpose } = head;
  if (typeof purpose !== "string" || !PURPOSE.test(purpose)) throw new WireError('"purpose" is none');
  return { identity: parseIdentity(head), purpose };
}

export function bodyless(head: Record<string, unknown>): Message {
  return { head, body: new Uint8Array(0) };
}
