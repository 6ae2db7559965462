import { SwarmError } from "../../core/errors.ts";
import { FEDERATED_VERSION, type ClientHead, parseClientHead } from "../../core/modes/federatedMessages.ts";
import type { Address, Bytes32 } from "../../core/primitives.ts";
import type { Channel } from "../../ports/channels.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import { HELLO_MS, HERE_MS, MOST_HERE, SILENT_MS } from "./limits.ts";
import { createTalk, type Talk } from "./talk.ts";

export type Hello = ClientHead & { type: "hello" };
type Figures = ClientHead & { type: "figures" };

/** What the coordinator does with what a client says; what throws ends the conversation. */
export interface SessionEvents {
  figures(session: Session, figures: Figures): void;
  update(session: Session, update: { round: number; base: Bytes32; sha256: Bytes32; bytes: Uint8Array }): Promise<void>;
  failed(session: Session, failed: { round: number; reason: string }): void;
  done(session: Session): void;
}

export interface SessionInit {
  clock: Clock;
  logger: Logger;
  maxUpdateBytes: number;
  signal: AbortSignal;
}

/** F2: the first words of a client. @throws SwarmError of the channel, FEDERATED_PROTOCOL */
export async function receiveHello(channel: Channel, signal: AbortSignal): Promise<Hello> {
  const hello = parseClientHead(await channel.receive({ maxBodyBytes: 0, waitMs: HELLO_MS, signal }));
  if (hello.type === "hello") return hello;
  throw new SwarmError("FEDERATED_PROTOCOL", `a conversation begins with "hello", not "${hello.type}"`);
}

/** Why a client cannot take part, for itself to print; undefined where it can. @param most largest weight of the task */
export function whyRefused(hello: Hello, task: Bytes32, most: number): { code: string; reason: string } | undefined {
  if (hello.version !== FEDERATED_VERSION) {
    const reason = `the coordinator speaks version ${FEDERATED_VERSION} of federated learning, this client ${hello.version}: install the same version`;
    return { code: "FEDERATED_VERSION", reason };
  }
  if (hello.task !== task) {
    const reason = `the coordinator's task has sha256 ${task}, this client's ${hello.task}: both need the same document, to the letter of what it means`;
    return { code: "FEDERATED_OTHER_TASK", reason };
  }
  if (hello.weight <= most) return undefined;
  const reason = `a weight of ${hello.weight} is more than the ${most} that the task allows`;
  return { code: "FEDERATED_PROTOCOL", reason };
}

/** The coordinator's side of one client's conversation, from its welcome on. */
export class Session {
  readonly account: Address;
  readonly hello: Hello;
  readonly channel: Channel;
  /** Models that are on the client's disk, or on the way to it. */
  holds: Bytes32 | undefined;
  readonly #talk: Talk;
  readonly #init: SessionInit;
  /** Rounds that it was asked for and has not answered. */
  readonly #owes = new Set<number>();
  /** Models whose figures it was asked for and has not given. */
  readonly #unjudged = new Set<Bytes32>();
  #finishing = false;
  readonly #here: number[] = [];

  constructor(channel: Channel, hello: Hello, init: SessionInit) {
    this.account = channel.peer.account;
    this.channel = channel;
    this.hello = hello;
    this.holds = hello.holds ?? undefined;
    this.#init = init;
    this.#talk = createTalk(channel, init);
  }

  /** F3: asks for an update. @param model the base's file @param bytes of it, sent where the client has it not */
  ask(round: number, attempt: number, base: Bytes32, seconds: number, bytes: Uint8Array): void {
    this.#owes.add(round);
    this.#say({ type: "round", round, attempt, base, seconds }, base, bytes);
  }

  over(round: number): void {
    this.#say({ type: "over", round });
  }

  finish(rounds: number, model: Bytes32, bytes: Uint8Array): void {
    this.#finishing = true;
    this.#say({ type: "finished", rounds, model }, model, bytes);
  }

  welcome(facts: { rounds: number; round: number; minClients: number }): void {
    this.#say({ type: "welcome", ...facts });
  }

  /** Whether figures of a model are still to come from it. */
  judges(model: Bytes32): boolean {
    return this.#unjudged.has(model);
  }

  #say(head: Record<string, unknown>, model?: Bytes32, bytes?: Uint8Array): void {
    if (model !== undefined) this.#unjudged.add(model);
    const body = model === this.holds ? undefined : bytes;
    if (model !== undefined) this.holds = model;
    this.#talk.say(head, body).catch((error: unknown) => {
      this.#init.logger.debug("a message did not get to a client", { peer: this.account, error: String(error) });
    });
  }

  /** Reads what the client says, until the conversation is over. @throws SwarmError of the channel; FEDERATED_PROTOCOL for what it was not asked for */
  async read(events: SessionEvents): Promise<void> {
    const { maxUpdateBytes, signal } = this.#init;
    try {
      for (;;) {
        const message = await this.channel.receive({ maxBodyBytes: maxUpdateBytes, waitMs: SILENT_MS, signal });
        await this.#take(parseClientHead(message), message.body, events);
      }
    } finally {
      this.#talk.stop();
    }
  }

  async #take(head: ClientHead, bytes: Uint8Array, events: SessionEvents): Promise<void> {
    switch (head.type) {
      case "here":
        return this.#countHere();
      case "figures":
        if (!this.#unjudged.delete(head.model)) throw unasked("figures of a model that it was not sent");
        return events.figures(this, head);
      case "update":
      case "failed":
        if (!this.#owes.delete(head.round)) throw unasked(`an answer for round ${head.round}`);
        if (head.type === "failed") return events.failed(this, head);
        return events.update(this, { ...head, bytes });
      case "done":
        if (!this.#finishing) throw unasked(`"done"`);
        this.#finishing = false;
        return events.done(this);
      case "hello":
        throw unasked(`a second "hello"`);
    }
  }

  /** Who talks all the time keeps the coordinator from others. */
  #countHere(): void {
    const now = this.#init.clock.now();
    this.#here.push(now);
    if (this.#here.length <= MOST_HERE) return;
    if (now - (this.#here.shift() as number) < HERE_MS) throw unasked("more signs of life than anyone needs");
  }
}

const unasked = (what: string): SwarmError =>
  new SwarmError("FEDERATED_PROTOCOL", `the client sent ${what} without being asked`);
