import { SwarmError } from "../core/errors.ts";
import { emptyNetwork } from "../core/ledger/view/network.ts";
import { nextLapse } from "../core/ledger/view/registry.ts";
import { plainKernels } from "../core/merge/plainKernels.ts";
import { selfCheck } from "../core/merge/selfCheck.ts";
import type { Effect } from "../core/round/effects.ts";
import type { PeerEvent } from "../core/round/events.ts";
import { attemptKey, type RoundState, selfOf } from "../core/round/state.ts";
import { modelSpecs, tensorSpecs } from "../core/task/document.ts";
import { maxFileBytes } from "../core/update.ts";
import type { LedgerUpdate } from "../ports/ledger.ts";
import { admissionKey, admittedPeers } from "./admission.ts";
import { ChainTime } from "./chainTime.ts";
import { CORE_RULES, type PeerComponents, type PeerContext, type PeerInit } from "./components.ts";
import { mergerInThread } from "./inThread.ts";
import { record, recover } from "./journal.ts";
import { Narrator } from "./narrator.ts";
import { EffectRunner } from "./runner.ts";
import { serveFile } from "./serve.ts";
import { Waits } from "./waits.ts";

/** One clinic's daemon for one task: follows the ledger, does what the plan says, serves files to members. */
export interface Peer {
  /**
   * Runs until `signal` aborts (then it resolves), or, with `untilFinished`, until the task is finished, or has stopped early, and this node holds its model.
   * @throws SwarmError of the ledger's `follow`, TASK_NOT_MEMBER, or what makes going on senseless (see runner.ts)
   */
  run(signal: AbortSignal): Promise<void>;
  readonly state: Readonly<RoundState>;
}

/** @throws SwarmError ARITHMETIC_DIFFERS on a machine whose merges nobody else would get */
export async function createPeer(
  components: PeerComponents,
  init: PeerInit & { untilFinished?: boolean },
): Promise<Peer> {
  const merger = components.merger ?? mergerInThread(components.disk, plainKernels);
  selfCheck(merger.kernels);
  const { local, joined } = await recover(components.disk, init.taskId);
  const retainRounds = init.document.retainRounds === "all" ? Number.POSITIVE_INFINITY : init.document.retainRounds;
  const chainTime = new ChainTime();
  const state: RoundState = {
    account: init.account,
    taskId: init.taskId,
    retainRounds,
    earlyStopping: init.document.training.earlyStopping,
    view: emptyNetwork(),
    local,
    now: 0,
  };
  const specs = tensorSpecs(init.document);
  const { observer = {}, rules = CORE_RULES, ...rest } = init;
  const context: PeerContext = {
    ...components,
    ...rest,
    merger,
    observer,
    rules,
    state,
    specs,
    maxFileBytes: { update: maxFileBytes(specs), model: maxFileBytes(modelSpecs(init.document)) },
    now: () => Math.max(state.view.timestamp, chainTime.at(components.clock.now())),
    figures: new Map(),
    hints: new Map(),
    progress: new Map(),
  };
  return new RunningPeer(context, chainTime, joined, init.untilFinished ?? false);
}

/** A timer that is off by less than this is left as it is, milliseconds. */
const WAKE_TOLERANCE_MS = 20;
/** Why a timer ends before its time; made once, since an abort without a reason makes an exception each time. */
const REPLACED = new SwarmError("REPLACED", "another timer takes its place");

class RunningPeer implements Peer {
  readonly #context: PeerContext;
  readonly #chainTime: ChainTime;
  readonly #narrator: Narrator;
  readonly #waits: Waits;
  readonly #untilFinished: boolean;
  #runner: EffectRunner | undefined;
  #journalKnows: boolean;
  #admitted = "";
  #wake: { at: number; stop: AbortController } | undefined;
  #stop: (error?: unknown) => void = () => undefined;
  /** Steps are taken one after another; journaling that a round is sat out is the only one that waits. */
  #steps: Promise<void> = Promise.resolve();

  constructor(context: PeerContext, chainTime: ChainTime, journalKnows: boolean, untilFinished: boolean) {
    this.#context = context;
    this.#chainTime = chainTime;
    this.#journalKnows = journalKnows;
    this.#untilFinished = untilFinished;
    this.#narrator = new Narrator(context);
    this.#waits = new Waits(context, chainTime);
  }

  get state(): Readonly<RoundState> {
    return this.#context.state;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { network, ledger } = this.#context;
    network.serveFiles((from, request) => serveFile(this.#context, from, request));
    network.onHint(() => ledger.poke());
    const stop = new AbortController();
    const all = AbortSignal.any([signal, stop.signal]);
    let failure: unknown;
    this.#stop = (error) => {
      failure ??= error;
      stop.abort(error);
    };
    const runner = new EffectRunner(this.#context, (event, key) => this.#take(event, key), this.#stop);
    this.#runner = runner;
    // Reading the ledger may be a long wait too.
    this.#take({ type: "tick" });
    try {
      await this.#follow(all);
    } catch (error) {
      if (!all.aborted) throw error;
    } finally {
      await runner.close();
      await this.#steps;
      this.#wake?.stop.abort(REPLACED);
    }
    if (failure) throw failure;
  }

  /** Reads the ledger from its deployment on, and again from there after a rollback (R9). */
  async #follow(signal: AbortSignal): Promise<void> {
    let again = true;
    while (again && !signal.aborted) {
      again = false;
      for await (const update of this.#context.ledger.follow({ signal })) {
        if (update.kind === "rollback") {
          this.#context.logger.warn("the chain came back shorter; rebuilding from its history", { to: update.to });
          this.#chainTime.reset();
          this.#take({ type: "rollback", to: update.to });
          again = true;
          break;
        }
        this.#takeUpdate(update);
      }
    }
  }

  #takeUpdate(update: Exclude<LedgerUpdate, { kind: "rollback" }>): void {
    const { logger, clock, observer } = this.#context;
    if (update.kind === "connection") {
      observer.connection?.({ up: update.up });
      if (update.up) logger.info("the chain's endpoint answers again");
      else logger.warn("the chain's endpoint does not answer; going on as soon as it does", { error: update.error });
      this.#waits.connection(update.up);
      this.#take({ type: "tick" });
      return;
    }
    this.#chainTime.observe(update.timestamp, clock.now());
    observer.head?.({ head: update.head, timestamp: update.timestamp });
    this.#take({ type: "ledger", events: update.events, head: update.head, timestamp: update.timestamp });
  }

  #take(event: PeerEvent, key?: string): void {
    this.#steps = this.#steps.then(() => this.#step(event, key)).catch((error: unknown) => this.#stop(error));
  }

  async #step(event: PeerEvent, key: string | undefined): Promise<void> {
    const { clock, rules } = this.#context;
    const state = this.#context.state as RoundState;
    if (key !== undefined) this.#runner?.release(key);
    state.now = this.#chainTime.at(clock.now());
    const effects = rules.step(state, event);
    if (event.type === "rollback") this.#narrator.forgetAfter(event.to);
    if (event.type === "ledger") {
      await this.#afterLedger();
      this.#narrator.tell(event.events, event.head);
    }
    if (event.type === "ledger" || event.type === "tick") await this.#admit();
    this.#runner?.reconcile(this.#journalKnows ? effects : []);
    this.#waits.look(event.type);
    this.#wakeAt(effects);
    if (this.#untilFinished && event.type === "evaluated") this.#stop();
  }

  async #afterLedger(): Promise<void> {
    const { state, taskId, account } = this.#context;
    const task = state.view.tasks.get(taskId);
    if (!task)
      throw new SwarmError("TASK_UNKNOWN", `the ledger has no task ${taskId}: check the id with "swarm task list"`);
    if (selfOf(state) < 0)
      throw new SwarmError("TASK_NOT_MEMBER", `${account} has not joined task ${taskId}: run "swarm task join" first`);
    if (!this.#journalKnows) await this.#sitOutWhenThereIsRoom();
  }

  /** Licences end, and suspensions lapse, without an event: `#wakeAt` sees to it that this is looked at then. */
  async #admit(): Promise<void> {
    const { state, taskId, network, account } = this.#context;
    // After a rollback there is nothing to go by until the history is read again.
    if (!state.view.tasks.has(taskId)) return;
    const peers = admittedPeers(state.view, taskId, account, state.now);
    if (admissionKey(peers) === this.#admitted) return;
    this.#admitted = admissionKey(peers);
    await network.admit(peers);
  }

  /** With a full disk nothing is done, and what the ledger tells next is the time to try again. */
  async #sitOutWhenThereIsRoom(): Promise<void> {
    try {
      await this.#sitOut();
    } catch (error) {
      if (!(error instanceof SwarmError) || error.code !== "DISK_FULL") throw error;
      this.#context.logger.warn("this node takes no part before its disk has room for its journal", { error });
    }
  }

  /** R7: without the journal that the node enrolled with, nobody knows what it submitted in the open attempt; it submits from the next one on. */
  async #sitOut(): Promise<void> {
    const { state, disk, taskId, logger } = this.#context;
    const open = state.view.tasks.get(taskId)?.attempt;
    if (open && open.phase !== "final") {
      const { round, attempt } = open;
      logger.warn("this folder has no journal of the task; sitting the open round out", { round, attempt });
      await record(disk, { type: "satOut", task: taskId, round, attempt });
      state.local.satOut.add(attemptKey(round, attempt));
    }
    await record(disk, { type: "joined", task: taskId });
    this.#journalKnows = true;
  }

  /** One timer, for the earliest of what is planned, the next change of a licence, and the next line about a long wait. */
  #wakeAt(effects: readonly Effect[]): void {
    const { clock } = this.#context;
    const times = effects.flatMap((effect) => (effect.type === "wake" ? [effect.time] : []));
    const lapse = nextLapse(this.state.view.registry, this.state.now);
    if (lapse !== undefined) times.push(lapse);
    const planned = clock.now() + (Math.min(...times) - this.state.now) * 1000;
    const at = Math.max(clock.now() + 1, Math.min(planned, this.#waits.due));
    // Most steps change nothing about what comes next; setting a timer anew costs more than they do.
    if (this.#wake && Math.abs(this.#wake.at - at) < WAKE_TOLERANCE_MS) return;
    this.#wake?.stop.abort(REPLACED);
    this.#wake = undefined;
    if (at === Number.POSITIVE_INFINITY) return;
    const wake = { at, stop: new AbortController() };
    this.#wake = wake;
    const tick = (): void => {
      if (this.#wake === wake) this.#wake = undefined;
      this.#take({ type: "tick" });
    };
    clock.sleep(at - clock.now(), wake.stop.signal).then(tick, () => undefined);
  }
}
