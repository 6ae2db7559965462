import { SwarmError } from "../../core/errors.ts";
import { FEDERATED_PURPOSE } from "../../core/modes/federatedMessages.ts";
import { roundMerge } from "../../core/modes/federatedMerge.ts";
import { type FederatedSettings, federatedSettings } from "../../core/modes/federatedSettings.ts";
import { type ClientFigures, weightedFigures } from "../../core/modes/weightedFigures.ts";
import { selfCheck } from "../../core/merge/selfCheck.ts";
import type { Address, Bytes32 } from "../../core/primitives.ts";
import { modelSpecs } from "../../core/task/document.ts";
import { decodeModel } from "../../core/codec.ts";
import { specDifference } from "../../core/weights/specDifference.ts";
import type { CoordinatorComponents, CoordinatorObserver, FederatedInit, FederatedRound } from "./components.ts";
import { type PastRound, pruneModels, readHistory, recordRound } from "./history.ts";
import { FAREWELL_MS } from "./limits.ts";
import { OpenRound } from "./openRound.ts";
import { Attendance } from "./attendance.ts";
import type { Session } from "./session.ts";
import { takeUpdate } from "./takeUpdate.ts";

export interface CoordinatorInit extends FederatedInit {
  /** The file of the model that the task begins with. */
  firstModel: Uint8Array;
  observer?: CoordinatorObserver;
}

/**
 * The coordinator of federated learning: asks clients for updates of its model, merges them, round by round (FedAvg, McMahan et al. 2017, with the
 * task's merge in the place of the mean). Rules F1 to F12 are in docs/FEDERATED.md.
 */
export class Coordinator {
  readonly #it: CoordinatorComponents;
  readonly #init: CoordinatorInit;
  readonly #observer: CoordinatorObserver;
  readonly #settings: FederatedSettings;
  readonly #attendance: Attendance;
  #open: OpenRound | undefined;
  #rounds: PastRound[] = [];
  /** A round whose figures are still to come, and their model's. */
  #untold: Omit<FederatedRound, "bytes" | "figures"> | undefined;
  readonly #figures = new Map<Bytes32, Map<Address, ClientFigures>>();
  readonly #done = new Set<Address>();
  #last: { rounds: number; model: Bytes32; bytes: Uint8Array } | undefined;
  #told = { sent: 0, received: 0 };

  /** @throws SwarmError ARITHMETIC_DIFFERS */
  constructor(components: CoordinatorComponents, init: CoordinatorInit) {
    selfCheck(components.merger.kernels);
    this.#it = components;
    this.#init = init;
    this.#observer = init.observer ?? {};
    this.#settings = federatedSettings(init.document);
    const { document, task } = init;
    this.#attendance = new Attendance(
      components,
      { document, task, observer: this.#observer },
      {
        came: (session) => this.#came(session),
        welcome: () => ({
          rounds: this.#settings.rounds,
          round: Math.min(this.#rounds.length, this.#settings.rounds),
          minClients: this.#settings.minClients,
        }),
        figures: (session, { model, rows, loss, accuracy, auc }) => {
          this.#figures
            .get(model)
            ?.set(session.account, { rows, loss, accuracy, ...(auc === undefined ? {} : { auc }) });
          this.#attendance.changed();
        },
        update: async (session, update) => {
          await takeUpdate({ ...components, ...init, observer: this.#observer }, this.#open, session, update);
          this.#attendance.changed();
        },
        failed: (session, { round, reason }) => this.#failed(session, round, reason),
        done: ({ account }) => {
          this.#done.add(account);
          this.#attendance.changed();
        },
      },
    );
  }

  /** Until all rounds are done and clients have the model (`untilFinished`), or `signal` aborts. @throws SwarmError of disk and merger */
  async run(signal: AbortSignal): Promise<void> {
    const { channels, disk } = this.#it;
    const { task, firstModel } = this.#init;
    const history = await readHistory(disk, task);
    this.#rounds = history.rounds;
    const last = history.rounds.at(-1) ?? (await this.#begin(firstModel));
    let { bytes, modelHash: base } = { bytes: await this.#modelBytes(last.modelHash), modelHash: last.modelHash };
    // Its figures may have been lost with the process that merged it: they are told again.
    if (last.round > 0) this.#untold = last;
    const stop = new AbortController();
    const all = AbortSignal.any([signal, stop.signal]);
    channels.serve(FEDERATED_PURPOSE, (channel) => this.#attendance.converse(channel, all));
    try {
      for (let round = last.round + 1; round <= this.#settings.rounds; round++) {
        const updates = round === last.round + 1 ? history.updates : [];
        const { settings, seed } = { settings: this.#settings, seed: this.#init.document.training.seed };
        this.#open = new OpenRound({ round, base, bytes, settings, seed, updates });
        await this.#collect(this.#open, all);
        ({ bytes, base } = await this.#merge(this.#open, all));
      }
      await this.#farewell(base, bytes, all);
      // Whoever comes later is given the model as long as somebody serves it.
      while (!this.#init.untilFinished) await this.#attendance.change(FAREWELL_MS, all);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      channels.serve(FEDERATED_PURPOSE, undefined);
      stop.abort(new SwarmError("STOPPED", "the coordinator stops"));
      await this.#attendance.ended();
    }
  }

  async #begin(firstModel: Uint8Array): Promise<PastRound> {
    const { disk } = this.#it;
    const difference = specDifference(decodeModel(firstModel).specs, modelSpecs(this.#init.document));
    if (difference !== undefined)
      throw new SwarmError("TASK_MODEL_MISFIT", `the first model is not the task's: ${difference}`);
    const modelHash = await disk.write("model", firstModel);
    const nothing = { clients: [], leftOut: [], seconds: 0, attempt: 0, round: 0 };
    const first: PastRound = { ...nothing, base: modelHash, modelHash };
    await recordRound(disk, this.#init.task, first);
    this.#rounds.push(first);
    return first;
  }

  async #modelBytes(modelHash: Bytes32): Promise<Uint8Array> {
    const bytes = await this.#it.disk.read("model", modelHash);
    if (bytes) return bytes;
    const text = `the model ${modelHash} of the last round is gone from this folder: put it back from a backup, or begin in a new folder with a client's copy as --model`;
    throw new SwarmError("FEDERATED_MODEL_LOST", text, { modelHash });
  }

  /** F5: asks, and waits until the round has what it needs. */
  async #collect(round: OpenRound, signal: AbortSignal): Promise<void> {
    const { clock } = this.#it;
    const { roundSeconds } = this.#settings;
    this.#figures.clear();
    this.#figures.set(round.base, new Map());
    const present = this.#attendance.accounts;
    for (;;) {
      await this.#awaitEnough(round, signal);
      round.openedAt ??= clock.now();
      round.deadline = clock.now() + roundSeconds * 1000;
      const asked = round.draw(present);
      this.#observer.opened?.({ round: round.round, attempt: round.attempt, asked, seconds: roundSeconds });
      for (const account of asked) this.#ask(round, this.#attendance.get(account));
      while (round.owing(present).length > 0 && clock.now() < round.deadline) {
        await this.#attendance.change(round.deadline - clock.now(), signal);
        this.#tellRound(round.owing(present).every((account) => !this.#attendance.get(account)?.judges(round.base)));
      }
      if (round.isEnough) break;
      round.again(clock.now() >= round.deadline);
    }
    round.closed = true;
    this.#tellRound(true);
  }

  async #awaitEnough(round: OpenRound, signal: AbortSignal): Promise<void> {
    const { clock } = this.#it;
    const { minClients, roundSeconds } = this.#settings;
    const present = this.#attendance.accounts;
    let said = -1;
    let again = clock.now() + roundSeconds * 1000;
    while (!round.canOpen(present)) {
      const here = round.updates.size + round.candidates(present).length;
      if (here !== said) {
        this.#tellRound(true);
        const text = waitingWords(here, minClients, round);
        this.#observer.waiting?.({ round: round.round, attempt: round.attempt, text, here, needed: minClients });
      }
      said = here;
      await this.#attendance.change(again - clock.now(), signal);
      if (clock.now() < again) continue;
      round.out.clear();
      again = clock.now() + roundSeconds * 1000;
    }
  }

  #ask(round: OpenRound, session: Session | undefined): void {
    const left = Math.max(0, round.deadline - this.#it.clock.now()) / 1000;
    session?.ask(round.round, round.attempt, round.base, left, round.bytes);
  }

  #came(session: Session): void {
    const { account } = session;
    if (this.#last !== undefined) return session.finish(this.#last.rounds, this.#last.model, this.#last.bytes);
    const round = this.#open;
    if (round === undefined || round.closed || round.openedAt === undefined) return;
    if (round.takesIn(account)) this.#ask(round, session);
  }

  #failed({ account }: Session, round: number, reason: string): void {
    this.#observer.refused?.({ account, round, reason: "FEDERATED_FAILED", text: `it could not train: ${reason}` });
    if (this.#open?.round === round) this.#open.out.add(account);
    this.#attendance.changed();
  }

  /** F8 to F10: the next model, on disk before anybody hears of it. */
  async #merge(round: OpenRound, signal: AbortSignal): Promise<{ bytes: Uint8Array; base: Bytes32 }> {
    const { disk, merger, clock, logger } = this.#it;
    const { task, document } = this.#init;
    const updates = [...round.updates.values()];
    const merge = roundMerge(document, { task, round: round.round, base: round.base, updates });
    const { bytes, sha256 } = await merger.merge(merge, { signal });
    await disk.write("model", bytes);
    const leftOut = round.leftOut();
    const seconds = (clock.now() - (round.openedAt ?? clock.now())) / 1000;
    const clients = updates.map(({ account }) => account).sort();
    const { base, attempt } = round;
    const past: PastRound = { round: round.round, attempt, base, modelHash: sha256, clients, leftOut, seconds };
    await recordRound(disk, task, past);
    this.#rounds.push(past);
    this.#untold = past;
    logger.info("merged a round", { ...past });
    for (const account of leftOut) this.#attendance.get(account)?.over(round.round);
    // The coordinator keeps no single client's update for longer than it takes to merge it.
    for (const { sha256: file } of updates) await disk.remove("update", file);
    await pruneModels(disk, this.#rounds, document.retainRounds);
    return { bytes, base: sha256 };
  }

  /** Tells of the round before, once the figures of its model are complete, or will not come any more. */
  #tellRound(complete: boolean): void {
    if (!complete || this.#untold === undefined) return;
    const { round, attempt, clients, leftOut, base, modelHash, seconds } = this.#untold;
    this.#untold = undefined;
    const { sent, received } = this.#attendance.bytes();
    const bytes = { sent: sent - this.#told.sent, received: received - this.#told.received };
    this.#told = { sent, received };
    const figures = weightedFigures([...(this.#figures.get(modelHash)?.values() ?? [])]);
    this.#observer.round?.({ round, attempt, clients, leftOut, figures, base, modelHash, bytes, seconds });
  }

  /** F12: gives the last model to everyone who is there, and to those of the last round who may be on their way. */
  async #farewell(model: Bytes32, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    const { clock } = this.#it;
    const { rounds } = this.#settings;
    this.#figures.clear();
    this.#figures.set(model, new Map());
    this.#open = undefined;
    this.#last = { rounds, model, bytes };
    for (const session of this.#attendance.sessions()) session.finish(rounds, model, bytes);
    const expected = this.#rounds.at(-1)?.clients ?? [];
    const missing = (): Address[] =>
      [...new Set([...expected, ...this.#attendance.accounts])].filter((account) => !this.#done.has(account));
    const end = clock.now() + FAREWELL_MS;
    while (missing().length > 0 && clock.now() < end) await this.#attendance.change(end - clock.now(), signal);
    const figures = weightedFigures([...(this.#figures.get(model)?.values() ?? [])]);
    this.#tellRound(true);
    this.#observer.finished?.({ rounds, modelHash: model, figures, bytes: this.#attendance.bytes() });
  }
}

function waitingWords(here: number, needed: number, { round, out }: OpenRound): string {
  const who = here === 0 ? "no client is" : here === 1 ? "1 client is" : `${here} clients are`;
  const failed = out.size === 0 ? "" : `; ${out.size} could not give a valid update and may try again later`;
  return `waiting for clients: ${who} here, round ${round} needs ${needed}${failed}`;
}
