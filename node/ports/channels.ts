import type { PeerId } from "../core/primitives.ts";
import type { AdmittedPeer } from "./network.ts";

/** What a channel carries one after the other, in order: a small JSON object, and raw bytes, which may be none. */
export interface Message {
  head: Record<string, unknown>;
  body: Uint8Array;
}

export interface ReceiveOptions {
  /** Largest body that is taken, bytes; a larger one is refused before any of it is kept. */
  maxBodyBytes: number;
  /** How long the peer may say nothing before the message begins, milliseconds; for ever where it is left out. From its first byte on the adapter's limits hold. */
  waitMs?: number;
  signal: AbortSignal;
}

/**
 * A conversation with one admitted peer. Whoever is not read from is held back: nothing piles up on either side but a window's bytes.
 * Errors of all methods are SwarmErrors: PEER_CLOSED (the peer ended it, or the line broke), PEER_TIMEOUT, PEER_TOO_LARGE, PEER_WRONG_BYTES; after any but a
 * refused call the channel is at an end. A `signal` that aborts rejects with its reason.
 */
export interface Channel {
  readonly peer: AdmittedPeer;
  /** Bytes of whole messages so far, their lengths included, encryption and framing below not. */
  readonly bytes: { readonly sent: number; readonly received: number };
  /** Resolves when the bytes are handed to the connection. One call at a time. */
  send(message: Message, options: { signal: AbortSignal }): Promise<void>;
  /** The next message. One call at a time. @throws also PEER_CLOSED when the peer has said all it had to say */
  receive(options: ReceiveOptions): Promise<Message>;
  /** Ends it after what was sent; what the peer still sends is dropped. Harmless when it is at an end. */
  close(): Promise<void>;
  /** Ends it at once. */
  abort(reason: Error): void;
}

/** Answers one channel; it is closed when this resolves, and aborted when it rejects. */
export type ChannelHandler = (channel: Channel) => Promise<void>;

/** Channels with admitted peers (see network.ts), each for a purpose that both sides name. */
export interface Channels {
  /**
   * @param purpose lower-case letters, digits and -, at most 32
   * @throws SwarmError PEER_UNREACHABLE, PEER_REFUSED (nobody there serves this purpose now, or too many channels), PEER_VERSION, PEER_TIMEOUT, PEER_WRONG_BYTES
   */
  open(peer: PeerId, purpose: string, options: { signal: AbortSignal }): Promise<Channel>;
  /** Sets what answers peers' channels of a purpose; undefined ends that. */
  serve(purpose: string, handler: ChannelHandler | undefined): void;
}
