import type { Stream } from "@libp2p/interface";
import { SwarmError } from "../../core/errors.ts";
import type { Channel, Message } from "../../ports/channels.ts";
import type { AdmittedPeer } from "../../ports/network.ts";
import { CHANNEL_PROTOCOL, createMessageReader, encodeMessage } from "./channelWire.ts";
import { type FileLimits, transferMs } from "./fileLimits.ts";
import { toPeerError } from "./peerError.ts";
import { BrokenStreamError, closeWriting, readStream, sendParts } from "./streamIo.ts";

/** More than a peer may send ahead (yamux' largest window, 16 MiB): a paused stream keeps that much, and is never reset for it. */
const READ_BUFFER_BYTES = 20 * 1024 * 1024;
/** The longest that a timer runs: some 24 days. */
const FOR_EVER_MS = 2 ** 31 - 1;

/** @param closing aborts when the network closes */
export function createChannel(stream: Stream, peer: AdmittedPeer, limits: FileLimits, closing: AbortSignal): Channel {
  const bytes = { sent: 0, received: 0 };
  const asked = { peer: peer.peerId, what: "a message", protocol: CHANNEL_PROTOCOL };
  /** Bytes that came with the last message and belong to the next. */
  let ahead: Uint8Array = new Uint8Array(0);
  let ended: SwarmError | undefined;
  stream.maxReadBufferLength = Math.max(stream.maxReadBufferLength, READ_BUFFER_BYTES);
  hold();

  /** Window updates stop, and with them the peer, until somebody reads. */
  function hold(): void {
    if (stream.readStatus === "readable") stream.pause();
  }
  function letIn(): void {
    if (stream.readStatus === "paused") stream.resume();
  }
  /** Reads on until `take` has enough; the stream is held before and after. */
  async function read(
    take: (chunk: Uint8Array) => boolean,
    times: { idleMs: number; totalMs: number },
    signal: AbortSignal,
  ) {
    const reading = readStream(stream, take, { ...times, signal });
    letIn();
    await reading;
    hold();
  }
  /** What any failure means; the channel is over then. A caller's own abort stays what it is. */
  function fail(error: unknown, given: AbortSignal): unknown {
    const reason = error instanceof Error ? error : new Error(String(error));
    stream.abort(reason);
    if (given.aborted) {
      ended ??= closed("this side gave up", error);
      return given.reason;
    }
    ended ??=
      error instanceof BrokenStreamError || closing.aborted
        ? closed(reason.message, error)
        : toPeerError(error, asked, closing);
    return ended;
  }
  function closed(why: string, cause?: unknown): SwarmError {
    const text = `the channel with ${peer.peerId} ${why}: open another when the peer is back`;
    return new SwarmError("PEER_CLOSED", text, { peer: peer.peerId }, cause);
  }

  return {
    peer,
    bytes,
    async send(message, { signal }) {
      if (ended) throw ended;
      const parts = encodeMessage(message);
      const both = AbortSignal.any([signal, closing]);
      await sendParts(stream, parts, { idleMs: limits.idleMs, signal: both }).catch((error: unknown) => {
        throw fail(error, signal);
      });
      for (const part of parts) bytes.sent += part.length;
    },
    async receive({ maxBodyBytes, waitMs = FOR_EVER_MS, signal }): Promise<Message> {
      if (ended) throw ended;
      const both = AbortSignal.any([signal, closing]);
      const reader = createMessageReader(maxBodyBytes);
      const { answerMs, idleMs } = limits;
      const until = async (enough: () => boolean, times: { idleMs: number; totalMs: number }): Promise<void> => {
        const take = (chunk: Uint8Array): boolean => {
          reader.take(chunk);
          return enough();
        };
        if (!enough()) await read(take, times, both);
      };
      try {
        if (ahead.length > 0) reader.take(ahead);
        await until(() => reader.length > 0, { idleMs: waitMs, totalMs: waitMs });
        await until(() => reader.known, { idleMs, totalMs: answerMs });
        await until(() => reader.whole, { idleMs, totalMs: transferMs(limits, reader.missing) });
        const { message, bytes: size, rest } = reader.finish();
        ahead = rest;
        bytes.received += size;
        return message;
      } catch (error) {
        throw fail(error, signal);
      }
    },
    async close() {
      if (ended) return;
      ended = closed("was closed by this side");
      try {
        await closeWriting(stream, { idleMs: limits.idleMs, signal: closing });
        await stream.closeRead();
      } catch (error) {
        // Nobody is left to say goodbye to, or takes it: the stream is reset, which is an end too.
        stream.abort(error instanceof Error ? error : new Error(String(error)));
      }
    },
    abort(reason) {
      ended ??= closed(`was ended by this side (${reason.message})`);
      stream.abort(reason);
    },
  };
}
