import { SwarmError } from "../../core/errors.ts";
import { FEDERATED_PURPOSE } from "../../core/modes/federatedMessages.ts";
import { type FederatedSettings, federatedSettings } from "../../core/modes/federatedSettings.ts";
import { selfCheck } from "../../core/merge/selfCheck.ts";
import type { Address, Bytes32 } from "../../core/primitives.ts";
import type { CoordinatorComponents, CoordinatorObserver, FederatedInit } from "./components.ts";
import { begin } from "./beginning.ts";
import { type PastRound, recordOpened } from "./history.ts";
import { FAREWELL_MS, RETURN_MS } from "./limits.ts";
import { mergeRound } from "./mergeRound.ts";
import { OpenRound } from "./openRound.ts";
import { Attendance } from "./attendance.ts";
import { RoundReports } from "./roundReports.ts";
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
  readonly #reports: RoundReports;
  readonly #done = new Set<Address>();
  #last: { rounds: number; model: Bytes32; bytes: Uint8Array } | undefined;

  /** @throws SwarmError ARITHMETIC_DIFFERS */
  constructor(components: CoordinatorComponents, init: CoordinatorInit) {
    selfCheck(components.merger.kernels);
    this.#it = components;
    this.#init = init;
    this.#observer = init.observer ?? {};
    this.#settings = federatedSettings(init.document);
    const { document, task } = init;
    this.#reports = new RoundReports(this.#observer, () => this.#attendance.bytes());
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
        figures: ({ account }, figures) => {
          this.#reports.take(account, figures.model, figures);
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
    const { rounds, last, updates, expected, ...begun } = await begin(disk, this.#init);
    this.#rounds = rounds;
    let { bytes } = begun;
    let base = last.modelHash;
    // Its figures may have been lost with the process that merged it: they are told again.
    if (last.round > 0) this.#reports.add(last);
    const stop = new AbortController();
    const all = AbortSignal.any([signal, stop.signal]);
    channels.serve(FEDERATED_PURPOSE, (channel) => this.#attendance.converse(channel, all));
    try {
      await this.#awaitReturn(expected, all);
      for (let round = last.round + 1; round <= this.#settings.rounds; round++) {
        const came = round === last.round + 1 ? updates : [];
        const { seed } = this.#init.document.training;
        const open = new OpenRound({ round, base, bytes, settings: this.#settings, seed, updates: came });
        this.#open = open;
        await this.#collect(open, all);
        const merged = await mergeRound(this.#it, this.#init, open, this.#rounds, all);
        this.#reports.add(merged.past);
        for (const account of merged.past.leftOut) this.#attendance.get(account)?.over(round);
        bytes = merged.bytes;
        base = merged.past.modelHash;
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

  /** F5: asks, and waits until the round has what it needs. */
  async #collect(round: OpenRound, signal: AbortSignal): Promise<void> {
    const { clock } = this.#it;
    const { roundSeconds } = this.#settings;
    this.#reports.expect(round.base);
    const present = this.#attendance.accounts;
    for (;;) {
      await this.#awaitEnough(round, signal);
      round.openedAt ??= clock.now();
      round.deadline = clock.now() + roundSeconds * 1000;
      const asked = round.draw(present);
      if (round.attempt === 0) await recordOpened(this.#it.disk, this.#init.task, round.round, asked);
      this.#observer.opened?.({ round: round.round, attempt: round.attempt, asked, seconds: roundSeconds });
      for (const account of asked) this.#ask(round, this.#attendance.get(account));
      while (round.owing(present).length > 0 && clock.now() < round.deadline) {
        await this.#attendance.change(round.deadline - clock.now(), signal);
        if (!round.owing(present).some((account) => this.#attendance.get(account)?.judges(round.base)))
          this.#reports.tell();
      }
      if (round.isEnough) break;
      round.again(clock.now() >= round.deadline);
    }
    round.closed = true;
    this.#reports.tell();
  }

  /** F10: those who were asked before a restart are on their way: nobody is left out only because somebody else was faster. */
  async #awaitReturn(expected: readonly Address[], signal: AbortSignal): Promise<void> {
    const { clock } = this.#it;
    const end = clock.now() + RETURN_MS;
    const { accounts } = this.#attendance;
    while (expected.some((account) => !accounts.has(account)) && clock.now() < end)
      await this.#attendance.change(end - clock.now(), signal);
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
        this.#reports.tell();
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

  /** F12: gives the last model to everyone who is there, and to those of the last round who may be on their way. */
  async #farewell(model: Bytes32, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    const { clock } = this.#it;
    const { rounds } = this.#settings;
    this.#reports.expect(model);
    this.#open = undefined;
    this.#last = { rounds, model, bytes };
    for (const session of this.#attendance.sessions()) session.finish(rounds, model, bytes);
    const expected = this.#rounds.at(-1)?.clients ?? [];
    const missing = (): Address[] =>
      [...new Set([...expected, ...this.#attendance.accounts])].filter((account) => !this.#done.has(account));
    const end = clock.now() + FAREWELL_MS;
    while (missing().length > 0 && clock.now() < end) await this.#attendance.change(end - clock.now(), signal);
    const { figures } = this.#reports;
    this.#reports.tell();
    this.#observer.finished?.({ rounds, modelHash: model, figures, bytes: this.#attendance.bytes() });
  }
}

function waitingWords(here: number, needed: number, { round, out }: OpenRound): string {
  const who = here === 0 ? "no client is" : here === 1 ? "1 client is" : `${here} clients are`;
  const failed = out.size === 0 ? "" : `; ${out.size} could not give a valid update and may try again later`;
  return `waiting for clients: ${who} here, round ${round} needs ${needed}${failed}`;
}
