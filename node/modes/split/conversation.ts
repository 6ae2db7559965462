import { SwarmError } from "../../core/errors.ts";
import type { Channel, Message } from "../../ports/channels.ts";

/** Messages that belong to no step that is due, which are dropped, in a row: more of them are no accident. */
const MOST_STRAY = 64;
const NO_BODY = new Uint8Array(0);

/** A message whose head was checked. */
export interface Said<T> {
  head: T;
  body: Uint8Array;
}

/** One side's view of a channel: heads that are checked, sends one after another, and stray messages dropped (S3). */
export class Conversation<Theirs extends { type: string }, Ours extends { type: string }> {
  readonly channel: Channel;
  readonly #parse: (head: Message["head"]) => Theirs;
  readonly #signal: AbortSignal;
  /** A sign of life and a step's message may be sent at the same time; a channel takes one after the other. */
  #sends: Promise<void> = Promise.resolve();

  constructor(channel: Channel, parse: (head: Message["head"]) => Theirs, signal: AbortSignal) {
    this.channel = channel;
    this.#parse = parse;
    this.#signal = signal;
  }

  /** @throws SwarmError PEER_* */
  send(head: Ours, body: Uint8Array = NO_BODY): Promise<void> {
    const sent = this.#sends.then(() => this.channel.send({ head, body }, { signal: this.#signal }));
    this.#sends = sent.catch(() => undefined);
    return sent;
  }

  /**
   * The next message that is due; others mean nothing any more and are dropped.
   * @throws SwarmError PEER_*, SPLIT_PROTOCOL
   */
  async next<T extends Theirs>(
    isDue: (head: Theirs) => head is T,
    limits: { maxBodyBytes: number; waitMs: number },
  ): Promise<Said<T>> {
    for (let stray = 0; stray <= MOST_STRAY;) {
      const { head, body } = await this.channel.receive({ ...limits, signal: this.#signal });
      const said = this.#parse(head);
      if (isDue(said)) return { head: said, body };
      if (said.type !== "wait") stray++;
    }
    const text = `${this.channel.peer.peerId} sent ${MOST_STRAY} messages in a row that belong to no step: it does not keep to the protocol`;
    throw new SwarmError("SPLIT_PROTOCOL", text, { peer: this.channel.peer.peerId });
  }
}

/** Whether an error is about the line: whoever it was may come back. */
export const isOfLine = (error: unknown): boolean => error instanceof SwarmError && error.code.startsWith("PEER_");
