import type { Connection, Libp2p, Stream } from "@libp2p/interface";
import type { PeerId } from "../../core/primitives.ts";
import type { Logger } from "../../ports/logger.ts";
import type { AdmittedPeer, FileHandler, FileRequest } from "../../ports/network.ts";
import type { Admission } from "./admission.ts";
import { type FileLimits, transferMs } from "./fileLimits.ts";
import {
  createFrameReader,
  encodeAnswer,
  FILE_PROTOCOL,
  isSameNetwork,
  type NetworkIdentity,
  parseRequest,
  WireError,
} from "./fileWire.ts";
import { readStream, writeStream } from "./streamIo.ts";

/** Reason for refusing while too many transfers run; asking again later may work. */
export const BUSY = "busy: ask again later";

export interface FileServer {
  serve(handler: FileHandler): void;
  /** Breaks off what is being served to a peer that is no longer admitted. */
  cutOff(peerId: PeerId): void;
  close(): Promise<void>;
}

interface Components {
  libp2p: Libp2p;
  admission: Admission;
  identity: NetworkIdentity;
  logger: Logger;
}

/** Transfers under way, so that no peer gets more than its share. */
function createSlots(limits: FileLimits): { take(peerId: PeerId, file: string): (() => void) | undefined } {
  const served = new Map<PeerId, Set<string>>();
  let all = 0;
  return {
    take(peerId, file) {
      const ofPeer = served.get(peerId) ?? new Set();
      if (all >= limits.maxServed || ofPeer.size >= limits.maxServedPerPeer || ofPeer.has(file)) return undefined;
      served.set(peerId, ofPeer.add(file));
      all += 1;
      return () => {
        all -= 1;
        ofPeer.delete(file);
        if (ofPeer.size === 0) served.delete(peerId);
      };
    },
  };
}

/** Answers requests of admitted peers; everything a peer can do wrong ends its own stream and nothing else. */
export async function createFileServer(components: Components, limits: FileLimits): Promise<FileServer> {
  const { libp2p, admission, identity, logger } = components;
  const slots = createSlots(limits);
  const closing = new AbortController();
  const running = new Map<PeerId, Set<AbortController>>();
  let handler: FileHandler | undefined;

  async function answer(stream: Stream, peer: AdmittedPeer, signal: AbortSignal): Promise<void> {
    const { idleMs } = limits;
    const refuse = (reason: string): Promise<void> => {
      logger.debug("Refused a file", { peerId: peer.peerId, account: peer.account, reason });
      return writeStream(stream, [encodeAnswer({ status: "refused", reason })], { idleMs, signal });
    };
    const asked = await readRequest(stream, limits, signal);
    if (!isSameNetwork(asked.identity, identity)) {
      return writeStream(stream, [encodeAnswer({ status: "version", ...identity })], { idleMs, signal });
    }
    if (handler === undefined) return refuse("not ready yet");
    const release = slots.take(peer.peerId, asked.request.sha256);
    if (release === undefined) return refuse(BUSY);
    try {
      const result = await handler(peer, asked.request);
      signal.throwIfAborted();
      if ("refused" in result) return await refuse(result.refused);
      if (result.length > limits.maxFileBytes) return await refuse(`larger than ${limits.maxFileBytes} bytes`);
      const slow = new AbortController();
      const timer = setTimeout(
        () => slow.abort(new Error("the peer takes it too slowly")),
        transferMs(limits, result.length),
      );
      try {
        const header = encodeAnswer({ status: "ok", size: result.length });
        await writeStream(stream, [header, result], { idleMs, signal: AbortSignal.any([signal, slow.signal]) });
      } finally {
        clearTimeout(timer);
      }
    } finally {
      release();
    }
  }

  function onStream(stream: Stream, connection: Connection): void {
    const peerId = connection.remotePeer.toString();
    const admitted = admission.get(peerId);
    if (admitted === undefined) return stream.abort(new Error("not admitted"));
    const control = new AbortController();
    const ofPeer = running.get(peerId) ?? new Set();
    running.set(peerId, ofPeer.add(control));
    answer(stream, admitted.peer, AbortSignal.any([closing.signal, control.signal]))
      .catch((error: unknown) => {
        stream.abort(error instanceof Error ? error : new Error(String(error)));
        const context = { peerId, account: admitted.peer.account, error: String(error) };
        if (error instanceof WireError) logger.warn("A peer's request breaks the file protocol", context);
        else logger.debug("A file was not served to its end", context);
      })
      .finally(() => {
        ofPeer.delete(control);
        if (ofPeer.size === 0 && running.get(peerId) === ofPeer) running.delete(peerId);
      });
  }

  await libp2p.handle(FILE_PROTOCOL, onStream, {
    maxInboundStreams: 2 * limits.maxServedPerPeer,
    maxOutboundStreams: 32,
  });
  return {
    serve(next) {
      handler = next;
    },
    cutOff(peerId) {
      for (const control of running.get(peerId) ?? []) control.abort(new Error("no longer admitted"));
    },
    async close() {
      closing.abort(new Error("the network is closing"));
      await libp2p.unhandle(FILE_PROTOCOL);
    },
  };
}

async function readRequest(
  stream: Stream,
  limits: FileLimits,
  signal: AbortSignal,
): Promise<{ identity: NetworkIdentity; request: FileRequest }> {
  const read = createFrameReader();
  let frame: ReturnType<typeof read>;
  await readStream(
    stream,
    (chunk) => {
      frame = read(chunk);
      return frame !== undefined;
    },
    { totalMs: limits.answerMs, idleMs: limits.idleMs, signal },
  );
  if (frame === undefined) throw new WireError("no request came");
  if (frame.rest.length > 0) throw new WireError("bytes follow the request");
  return parseRequest(frame.value);
}
