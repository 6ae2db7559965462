import { createHash } from "node:crypto";
import type { Libp2p, Stream } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import { SwarmError } from "../../core/errors.ts";
import type { PeerId } from "../../core/primitives.ts";
import type { FileRequest } from "../../ports/network.ts";
import type { Admission } from "./admission.ts";
import { type FileLimits, transferMs } from "./fileLimits.ts";
import {
  createFrameReader,
  encodeRequest,
  FILE_PROTOCOL,
  type NetworkIdentity,
  parseAnswer,
  WireError,
} from "./fileWire.ts";
import { otherNetwork, toPeerError } from "./peerError.ts";
import { requireReachable } from "./reachable.ts";
import { BrokenStreamError, readStream, writeStream } from "./streamIo.ts";

export interface FileClient {
  /** As `Network.requestFile`. */
  request(from: PeerId, request: FileRequest, options: { maxBytes: number; signal: AbortSignal }): Promise<Uint8Array>;
}

export function createFileClient(
  { libp2p, admission, identity }: { libp2p: Libp2p; admission: Admission; identity: NetworkIdentity },
  limits: FileLimits,
): FileClient {
  async function open(from: PeerId, signal: AbortSignal): Promise<Stream> {
    requireReachable(libp2p, admission, from);
    const peerId = peerIdFromString(from);
    return libp2p.dialProtocol(peerId, FILE_PROTOCOL, { signal, negotiateFully: true });
  }

  return {
    async request(from, request, { maxBytes, signal }) {
      try {
        const opening = AbortSignal.any([signal, AbortSignal.timeout(limits.answerMs)]);
        const stream = await open(from, opening);
        const { idleMs } = limits;
        await writeStream(stream, [encodeRequest(identity, request)], { idleMs, signal });
        const { size, rest } = await readHeader(stream, from, Math.min(maxBytes, limits.maxFileBytes), identity, {
          ...limits,
          signal,
        });
        return await readBody(stream, from, request, size, rest, { totalMs: transferMs(limits, size), idleMs, signal });
      } catch (error) {
        throw toPeerError(error, { peer: from, what: "a file", protocol: FILE_PROTOCOL }, signal);
      }
    },
  };
}

async function readHeader(
  stream: Stream,
  from: PeerId,
  maxBytes: number,
  identity: NetworkIdentity,
  limits: FileLimits & { signal: AbortSignal },
): Promise<{ size: number; rest: Uint8Array }> {
  const read = createFrameReader();
  let frame: ReturnType<typeof read>;
  const { answerMs, signal } = limits;
  await readStream(
    stream,
    (chunk) => {
      frame = read(chunk);
      return frame !== undefined;
    },
    { totalMs: answerMs, idleMs: answerMs, signal },
  );
  if (frame === undefined) throw new BrokenStreamError("ended too early");
  try {
    const answer = parseAnswer(frame.value);
    if (answer.status === "refused") {
      throw new SwarmError("PEER_REFUSED", `${from} refused a file: ${answer.reason}`, {
        peer: from,
        reason: answer.reason,
      });
    }
    if (answer.status === "version") throw otherNetwork(from, answer, identity);
    if (answer.size > maxBytes) {
      throw new SwarmError(
        "PEER_TOO_LARGE",
        `${from} offers ${answer.size} bytes, ${maxBytes} are allowed: ask another holder`,
        {
          peer: from,
          size: answer.size,
          maxBytes,
        },
      );
    }
    return { size: answer.size, rest: frame.rest };
  } catch (error) {
    stream.abort(error as Error);
    throw error;
  }
}

async function readBody(
  stream: Stream,
  from: PeerId,
  request: FileRequest,
  size: number,
  first: Uint8Array,
  limits: { totalMs: number; idleMs: number; signal: AbortSignal },
): Promise<Uint8Array> {
  const hash = createHash("sha256");
  // Grown chunk by chunk: memory is spent on bytes that came, not on a size that was claimed.
  const chunks: Uint8Array[] = [];
  let length = 0;
  const take = (chunk: Uint8Array): boolean => {
    length += chunk.length;
    if (length > size) throw new WireError(`it sent more than the ${size} bytes it announced`);
    hash.update(chunk);
    chunks.push(chunk);
    return length === size;
  };
  try {
    if (!take(first)) await readStream(stream, take, limits);
    const sha256 = `0x${hash.digest("hex")}`;
    if (sha256 !== request.sha256) throw new WireError(`it sent a file of hash ${sha256} for ${request.sha256}`);
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
  return Buffer.concat(chunks, size);
}
