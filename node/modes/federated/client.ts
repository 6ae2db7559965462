import { SwarmError } from "../../core/errors.ts";
import { FEDERATED_VERSION, parseServerHead, type ServerHead } from "../../core/modes/federatedMessages.ts";
import type { PeerId } from "../../core/primitives.ts";
import { contributorWeight, modelSpecs } from "../../core/task/document.ts";
import { maxFileBytes } from "../../core/update.ts";
import type { Channel } from "../../ports/channels.ts";
import { Absence } from "./absence.ts";
import { ClientMemory } from "./clientMemory.ts";
import { ClippingWatch } from "../../daemon/ownClipping.ts";
import { reportFigures, takeModel, type WorkContext, workOn } from "./clientWork.ts";
import type { ClientComponents, ClientObserver, FederatedInit } from "./components.ts";
import { HELLO_MS, SILENT_MS } from "./limits.ts";
import { createTalk, type Talk } from "./talk.ts";

export interface ClientInit extends FederatedInit {
  coordinator: PeerId;
  observer?: ClientObserver;
}

/** What a client works on: a round on a base. */
interface Work {
  key: string;
  stop: AbortController;
}

/** A client of federated learning: trains what the coordinator asks for, on rows that stay here. Rules F1 to F12 are in docs/FEDERATED.md. */
export class FederatedClient {
  readonly #it: ClientComponents;
  readonly #init: ClientInit;
  readonly #observer: ClientObserver;
  readonly #absence: Absence;
  readonly #bytes = { sent: 0, received: 0 };
  #talk: Talk | undefined;
  #channel: Channel | undefined;
  #work: Work | undefined;
  #fail: (error: unknown) => void = () => undefined;
  #finished = false;

  constructor(components: ClientComponents, init: ClientInit) {
    this.#it = components;
    this.#init = init;
    this.#observer = init.observer ?? {};
    this.#absence = new Absence(components, init.coordinator, this.#observer);
  }

  /**
   * Until the last model is here (`untilFinished`) or `signal` aborts.
   * @throws SwarmError FEDERATED_REFUSED with the coordinator's reason, FEDERATED_MODEL, PEER_VERSION, those of training, PRIVACY_* and the disk
   */
  async run(signal: AbortSignal): Promise<void> {
    const { disk } = this.#it;
    const { document, task } = this.#init;
    const memory = await ClientMemory.read(disk, document, task);
    const stop = new AbortController();
    const all = AbortSignal.any([signal, stop.signal]);
    let failure: unknown;
    this.#fail = (error) => {
      failure ??= error;
      stop.abort(error);
    };
    const context: WorkContext = {
      ...this.#it,
      ...this.#init,
      memory,
      clipping: new ClippingWatch(),
      observer: this.#observer,
      say: async (head, body) => this.#talk?.say(head, body).catch((error: unknown) => this.#unsaid(error)),
    };
    try {
      while (!this.#finished) {
        const channel = await this.#absence.open(all);
        await this.#converse(channel, context, all);
      }
      // Its model is here; nothing more comes.
      if (!this.#init.untilFinished) await new Promise<void>((done) => void onAbort(all, done));
    } catch (error) {
      if (failure !== undefined) throw failure;
      if (!signal.aborted) throw error;
    } finally {
      this.#work?.stop.abort(STOPPED);
    }
  }

  /** Until the line breaks, or the task is over. @throws what ends the client */
  async #converse(channel: Channel, context: WorkContext, signal: AbortSignal): Promise<void> {
    const talk = createTalk(channel, this.#it);
    const { document, task } = this.#init;
    const { learner, logger } = this.#it;
    this.#talk = talk;
    this.#channel = channel;
    try {
      const weight = contributorWeight(document, learner.rows.training);
      const holds = context.memory.model ?? null;
      await talk.say({
        type: "hello",
        version: FEDERATED_VERSION,
        task,
        weight,
        engine: learner.engine.slice(0, 200),
        holds,
      });
      const maxBodyBytes = maxFileBytes(modelSpecs(document));
      for (let first = true; !this.#finished; first = false) {
        const waitMs = first ? HELLO_MS : SILENT_MS;
        const message = await channel.receive({ maxBodyBytes, waitMs, signal });
        await this.#take(parseServerHead(message), message.body, context, signal);
      }
      await channel.close();
    } catch (error) {
      signal.throwIfAborted();
      channel.abort(error instanceof Error ? error : new Error(String(error)));
      if (!isLine(error)) throw error;
      logger.info("the conversation with the coordinator is over", { because: (error as Error).message });
      this.#absence.left();
    } finally {
      talk.stop();
      this.#bytes.sent += channel.bytes.sent;
      this.#bytes.received += channel.bytes.received;
      this.#talk = undefined;
      this.#channel = undefined;
    }
  }

  async #take(head: ServerHead, body: Uint8Array, context: WorkContext, signal: AbortSignal): Promise<void> {
    switch (head.type) {
      case "here":
        return;
      case "welcome":
        this.#absence.came();
        return this.#observer.joined?.(head);
      case "refused":
        throw new SwarmError("FEDERATED_REFUSED", `the coordinator refused this client: ${head.reason}`, {
          reason: head.code,
        });
      case "round":
        return this.#begin(head, body, context, signal);
      case "over":
        if (this.#work?.key.startsWith(`${head.round}/`)) this.#work.stop.abort(OVER);
        return this.#observer.leftOut?.(head);
      case "finished":
        return this.#finish(head, body, context, signal);
    }
  }

  /** One round at a time: another one ends it, the same one asked for again goes on. */
  #begin(ask: ServerHead & { type: "round" }, body: Uint8Array, context: WorkContext, signal: AbortSignal): void {
    const { round, base, attempt, seconds } = ask;
    const { document } = this.#init;
    this.#observer.asked?.({ round, attempt, seconds, rounds: document.round.rounds });
    const key = `${round}/${base}`;
    if (this.#work?.key === key) return;
    this.#work?.stop.abort(OVER);
    const work: Work = { key, stop: new AbortController() };
    this.#work = work;
    const both = AbortSignal.any([signal, work.stop.signal]);
    workOn(context, ask, body, both)
      .catch(async (error: unknown) => {
        if (both.aborted) return;
        const reason = error instanceof SwarmError ? error.code : "an error of its own";
        await context.say({ type: "failed", round, reason });
        this.#fail(error);
      })
      .finally(() => {
        if (this.#work === work) this.#work = undefined;
      });
  }

  async #finish(
    { rounds, model }: ServerHead & { type: "finished" },
    body: Uint8Array,
    context: WorkContext,
    signal: AbortSignal,
  ): Promise<void> {
    this.#work?.stop.abort(OVER);
    const weights = await takeModel(context, model, body, signal);
    const figures = await reportFigures(context, weights, { model, round: rounds + 1 }, signal);
    await context.say({ type: "done" });
    this.#finished = true;
    const { sent, received } = this.#channel?.bytes ?? { sent: 0, received: 0 };
    const bytes = { sent: this.#bytes.sent + sent, received: this.#bytes.received + received };
    this.#observer.finished?.({ rounds, modelHash: model, figures, bytes });
  }

  #unsaid(error: unknown): void {
    this.#it.logger.debug("a message did not get to the coordinator", { error: String(error) });
  }
}

const OVER = new SwarmError("ROUND_OVER", "the round went on without this update");
const STOPPED = new SwarmError("STOPPED", "the client stops");

/** What a line does, or a coordinator that starts or stops; anything else is worth stopping for. */
const isLine = (error: unknown): boolean =>
  error instanceof SwarmError && /^PEER_(CLOSED|TIMEOUT|UNREACHABLE|REFUSED)$/.test(error.code);

function onAbort(signal: AbortSignal, listener: () => void): void {
  if (signal.aborted) listener();
  else signal.addEventListener("abort", listener, { once: true });
}
