import { SwarmError } from "../../core/errors.ts";
import type { Address, Bytes32 } from "../../core/primitives.ts";
import { maxWeight, type TaskDocument, tensorSpecs } from "../../core/task/document.ts";
import { maxFileBytes } from "../../core/update.ts";
import type { Channel } from "../../ports/channels.ts";
import type { CoordinatorComponents, CoordinatorObserver, MessageBytes } from "./components.ts";
import { receiveHello, Session, type SessionEvents, whyRefused } from "./session.ts";

export interface AttendanceInit {
  document: TaskDocument;
  task: Bytes32;
  observer: CoordinatorObserver;
}

export interface AttendanceEvents extends SessionEvents {
  /** After a client was welcomed. */
  came(session: Session): void;
  welcome(): { rounds: number; round: number; minClients: number };
}

/** Who is here: the conversations with clients, one each, and a bell that rings whenever something about them changed. */
export class Attendance {
  readonly #it: CoordinatorComponents;
  readonly #init: AttendanceInit;
  readonly #events: AttendanceEvents;
  readonly #sessions = new Map<Address, Session>();
  readonly #open = new Set<Promise<void>>();
  readonly #channels = new Set<Channel>();
  readonly #accounts = new Set<Address>();
  readonly #past: MessageBytes = { sent: 0, received: 0 };
  #bell = Promise.withResolvers<void>();

  constructor(components: CoordinatorComponents, init: AttendanceInit, events: AttendanceEvents) {
    this.#it = components;
    this.#init = init;
    this.#events = events;
  }

  /** Of clients that are here; the same set, kept up to date. */
  get accounts(): ReadonlySet<Address> {
    return this.#accounts;
  }

  get(account: Address): Session | undefined {
    return this.#sessions.get(account);
  }

  sessions(): Session[] {
    return [...this.#sessions.values()];
  }

  /** Of all conversations, past ones included. */
  bytes(): MessageBytes {
    const sum = { ...this.#past };
    for (const { bytes } of this.#channels) {
      sum.sent += bytes.sent;
      sum.received += bytes.received;
    }
    return sum;
  }

  changed(): void {
    this.#bell.resolve();
    this.#bell = Promise.withResolvers();
  }

  /** Resolves when something changed, or after `ms`. @throws the signal's reason */
  async change(ms: number, signal: AbortSignal): Promise<void> {
    const done = new AbortController();
    const time = this.#it.clock.sleep(Math.max(0, ms), AbortSignal.any([signal, done.signal]));
    time.catch(() => undefined);
    try {
      await Promise.race([this.#bell.promise, time]);
    } finally {
      done.abort(RUNG);
    }
    signal.throwIfAborted();
  }

  /** Answers a client's channel (ports/channels.ts). */
  async converse(channel: Channel, signal: AbortSignal): Promise<void> {
    const talk = this.#converse(channel, signal);
    const ended = talk.then(
      () => undefined,
      () => undefined,
    );
    this.#open.add(ended);
    await talk.finally(() => this.#open.delete(ended));
  }

  /** Resolves when all conversations are over. */
  async ended(): Promise<void> {
    await Promise.all(this.#open);
  }

  async #converse(channel: Channel, signal: AbortSignal): Promise<void> {
    const { document, task, observer } = this.#init;
    const { account, role } = channel.peer;
    if (role !== "node") throw new SwarmError("FEDERATED_PROTOCOL", `${account} is an auditor, who trains nothing`);
    this.#channels.add(channel);
    try {
      const hello = await receiveHello(channel, signal);
      const refusal = whyRefused(hello, task, maxWeight(document));
      if (refusal !== undefined) {
        observer.refused?.({ account, reason: refusal.code, text: refusal.reason });
        return await channel.send({ head: { type: "refused", ...refusal }, body: new Uint8Array(0) }, { signal });
      }
      await this.#attend(channel, new Session(channel, hello, this.#sessionInit(signal)));
    } finally {
      this.#channels.delete(channel);
      this.#past.sent += channel.bytes.sent;
      this.#past.received += channel.bytes.received;
    }
  }

  async #attend(channel: Channel, session: Session): Promise<void> {
    const { account } = session;
    const before = this.#sessions.get(account);
    this.#sessions.set(account, session);
    this.#accounts.add(account);
    // A client that comes again knows better than the line whether the old conversation is dead.
    before?.channel.abort(new SwarmError("FEDERATED_REPLACED", "the client began another conversation"));
    session.welcome(this.#events.welcome());
    const { observer } = this.#init;
    if (before === undefined)
      observer.client?.({ account, here: true, engine: session.hello.engine, clients: this.#sessions.size });
    this.#events.came(session);
    this.changed();
    try {
      await session.read(this.#events);
    } catch (error) {
      this.#tellWhy(account, error);
      channel.abort(error instanceof Error ? error : new Error(String(error)));
    } finally {
      if (this.#sessions.get(account) === session) {
        this.#sessions.delete(account);
        this.#accounts.delete(account);
        observer.client?.({ account, here: false, clients: this.#sessions.size });
      }
      this.changed();
    }
  }

  /** Lines break; what breaks the rules is worth a line. */
  #tellWhy(account: Address, error: unknown): void {
    const { code, message } = error as { code?: string; message: string };
    const isTheirs = ["FEDERATED_PROTOCOL", "PEER_WRONG_BYTES", "PEER_TOO_LARGE"].includes(code ?? "");
    if (isTheirs) this.#init.observer.refused?.({ account, reason: code as string, text: message });
    else this.#it.logger.info("a client's conversation is over", { peer: account, because: message });
  }

  #sessionInit(signal: AbortSignal) {
    const { clock, logger } = this.#it;
    return { clock, logger, signal, maxUpdateBytes: maxFileBytes(tensorSpecs(this.#init.document)) };
  }
}

const RUNG = new SwarmError("REPLACED", "something changed before the time was up");
