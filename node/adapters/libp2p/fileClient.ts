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
import { isConnected } from "./redialer.ts";
import { BrokenStreamError, readStream, SlowPeerError, writeStream } from "./streamIo.ts";

export interface FileClient {
  /** As `Network.requestFile`. */
  request(from: PeerId, request: FileRequest, options: { maxBytes: number; signal: AbortSignal }): Promise<Uint8Array>;
}

export function createFileClient(
  { libp2p, admission, identity }: { libp2p: Libp2p; admission: Admission; identity: NetworkIdentity },
  limits: FileLimits,
): FileClient {
  async function open(from: PeerId, signal: AbortSignal): Promise<Stream> {
    const admitted = admission.get(from);
    if (admitted === undefined) {
      throw new SwarmError("PEER_UNREACHABLE", `${from} is not admitted by the registry: ask another holder`, {
        peer: from,
      });
    }
    if (!isConnected(libp2p, from) && admitted.addresses.length === 0) {
      throw new SwarmError(
        "PEER_UNREACHABLE",
        `${from} has no address and is not connected: wait until it dials, or ask another`,
        {
          peer: from,
        },
      );
    }
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
        throw toPeerError(error, from, signal);
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
    if (answer.status === "version") {
      throw new SwarmError(
        "PEER_VERSION",
        `${from} speaks version ${answer.protocolVersion} for ledger ${answer.ledgerAddress}, this node version ${identity.protocolVersion} for ${identity.ledgerAddress}: bring both to the same release and deployment`,
        { peer: from, theirs: answer, ours: identity },
      );
    }
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

/** Gives every failure one of the port's codes and names the peer. */
function toPeerError(error: unknown, peer: PeerId, signal: AbortSignal): SwarmError {
  if (error instanceof SwarmError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const name = error instanceof Error ? error.name : "";
  if (error instanceof WireError) {
    return new SwarmError(
      "PEER_WRONG_BYTES",
      `${peer} answered wrongly: ${message}; ask another holder`,
      { peer },
      error,
    );
  }
  if (signal.aborted) {
    return new SwarmError(
      "PEER_TIMEOUT",
      `Asking ${peer} for a file was given up: ${String(signal.reason)}`,
      { peer },
      error,
    );
  }
  if (error instanceof SlowPeerError || name === "TimeoutError" || name === "AbortError") {
    return new SwarmError(
      "PEER_TIMEOUT",
      `${peer} is too slow (${message}): ask another holder or try later`,
      { peer },
      error,
    );
  }
  if (name === "UnsupportedProtocolError") {
    return new SwarmError(
      "PEER_VERSION",
      `${peer} does not speak ${FILE_PROTOCOL}: bring both to the same release`,
      { peer },
      error,
    );
  }
  return new SwarmError(
    "PEER_UNREACHABLE",
    `${peer} cannot be reached (${message}): check its address in the registry, or whether it admits this node`,
    { peer },
    error,
  );
}
