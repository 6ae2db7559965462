import { SwarmError } from "../../core/errors.ts";
import { type FromClient, type FromServer, parseFromClient, SPLIT_VERSION } from "../../core/modes/splitMessages.ts";
import type { Address, Bytes32 } from "../../core/primitives.ts";
import type { Channel } from "../../ports/channels.ts";
import { Conversation } from "./conversation.ts";
import type { Bytes } from "./events.ts";

export type Hello = Extract<FromClient, { type: "hello" }>;

/** A client that is here. */
export interface Session {
  account: Address;
  hello: Hello;
  talk: Conversation<FromClient, FromServer>;
  /** The last epoch whose end this client holds the client part of; 0 where it is not known to. */
  holds: number;
  end(reason: Error): void;
  ended: boolean;
}

/** Who is here: takes clients in, forgets them when their channels end, and lets the training wait for them. */
export class Lobby {
  readonly #here = new Map<Address, Session>();
  readonly #past: Bytes = { sent: 0, received: 0 };
  readonly #arrivals = new Set<() => void>();
  readonly #task: Bytes32;
  readonly #helloMs: number;
  readonly #signal: AbortSignal;
  #text = "waiting for the server to begin";

  constructor(init: { task: Bytes32; stepSeconds: number; signal: AbortSignal }) {
    this.#task = init.task;
    this.#helloMs = 1000 * init.stepSeconds;
    this.#signal = init.signal;
  }

  /** Answers a channel, until the session is over. */
  async answer(channel: Channel): Promise<void> {
    const talk = new Conversation<FromClient, FromServer>(channel, parseFromClient, this.#signal);
    const { head: hello } = await talk.next((head): head is Hello => head.type === "hello", {
      maxBodyBytes: 0,
      waitMs: this.#helloMs,
    });
    const refusal = this.#refusal(hello, channel);
    if (refusal !== undefined) return talk.send({ type: "refused", ...refusal });
    const { promise, resolve } = Promise.withResolvers<void>();
    const session: Session = {
      account: channel.peer.account,
      hello,
      talk,
      holds: 0,
      ended: false,
      end: (reason) => {
        if (session.ended) return;
        session.ended = true;
        if (this.#here.get(session.account) === session) this.#here.delete(session.account);
        this.#past.sent += channel.bytes.sent;
        this.#past.received += channel.bytes.received;
        channel.abort(reason);
        resolve();
      },
    };
    // A client that comes again took its own place: the channel before it is at an end, whether that showed already or not.
    this.#here.get(session.account)?.end(new SwarmError("PEER_CLOSED", "the client opened another channel"));
    this.#here.set(session.account, session);
    await talk.send({ type: "wait", text: this.#text });
    for (const arrived of this.#arrivals) arrived();
    return promise;
  }

  /** Those that are here, by account, so that their order is the same in each epoch. */
  sessions(): Session[] {
    return [...this.#here.values()].sort((a, b) => (a.account < b.account ? -1 : 1));
  }

  get(account: Address): Session | undefined {
    return this.#here.get(account);
  }

  /** Tells all that wait what is waited for, as a sign of life too; whoever cannot be told is gone. */
  async tell(text: string): Promise<void> {
    this.#text = text;
    const told = this.sessions().map((session) =>
      session.talk.send({ type: "wait", text }).catch((error: unknown) => session.end(error as Error)),
    );
    await Promise.all(told);
  }

  /** Resolves when `enough` says so, which is asked now and at each arrival. Rejects when a signal aborts. */
  async until(enough: () => boolean, signal: AbortSignal = this.#signal): Promise<void> {
    while (!enough()) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const stop = (): void => reject(signal.reason);
      this.#arrivals.add(resolve);
      signal.addEventListener("abort", stop, { once: true });
      try {
        signal.throwIfAborted();
        await promise;
      } finally {
        this.#arrivals.delete(resolve);
        signal.removeEventListener("abort", stop);
      }
    }
  }

  /** Of all channels so far. */
  bytes(): Bytes {
    const sum = { ...this.#past };
    for (const { talk } of this.#here.values()) {
      sum.sent += talk.channel.bytes.sent;
      sum.received += talk.channel.bytes.received;
    }
    return sum;
  }

  close(reason: Error): void {
    for (const session of this.sessions()) session.end(reason);
  }

  #refusal(hello: Hello, { peer }: Channel): { code: string; text: string } | undefined {
    if (hello.version !== SPLIT_VERSION) {
      const text = `the server speaks version ${SPLIT_VERSION} of split learning, this node ${hello.version}: install the same version`;
      return { code: "SPLIT_REFUSED", text };
    }
    if (peer.role !== "node") return { code: "SPLIT_REFUSED", text: "auditors take no part in training" };
    if (hello.task === this.#task) return undefined;
    const text = `the server trains another task (${this.#task}, this node's is ${hello.task}): use the same task file, and the same --model if any`;
    return { code: "SPLIT_REFUSED", text };
  }
}
