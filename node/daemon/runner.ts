import { SwarmError } from "../core/errors.ts";
import type { Effect } from "../core/round/effects.ts";
import type { PeerEvent } from "../core/round/events.ts";
import type { PeerContext } from "./components.ts";
import { DIVERGED_WARNINGS } from "./divergedWords.ts";
import { runAct } from "./effects/act.ts";
import { runEvaluate } from "./effects/evaluate.ts";
import { runMerge } from "./effects/merge.ts";
import { runObtainModel } from "./effects/obtainModel.ts";
import { runOffer } from "./effects/offer.ts";
import { runOpen } from "./effects/open.ts";
import { runPrune } from "./effects/prune.ts";
import { runRegain } from "./effects/regain.ts";
import { runSeal } from "./effects/seal.ts";
import { runTrain } from "./effects/train.ts";
import { LostFile } from "./files.ts";

type Runnable = Exclude<Effect, { type: "wake" }>;

/** Errors that trying again cannot mend: the daemon stops and says so. */
const FATAL = new Set([
  "VOTE_CHANGED",
  "PRIVACY_TOO_FEW_RECORDS",
  "DISK_LOCKED",
  "CHAIN_OTHER_GENESIS",
  "CHAIN_CODE_MISMATCH",
  "CHAIN_DEEP_REORG",
]);

/** Errors of training that come of the base and the rows: the next base may do better, this one will not. */
const DIVERGED = new Set(["TRAINING_DIVERGED", "PRIVACY_NOT_FINITE"]);

interface Running {
  abort: AbortController;
  done: Promise<void>;
}

/**
 * Carries the core's effects out: at most one per key at a time. What the plan does not name any more is stopped, except transactions, which
 * are short and may be mined anyway. Results come back as events through `emit`, after which the key is free again.
 */
export class EffectRunner {
  readonly #running = new Map<string, Running>();
  #closed = false;
  readonly #context: PeerContext;
  readonly #emit: (event: PeerEvent, key: string) => void;
  readonly #fail: (error: unknown) => void;

  constructor(context: PeerContext, emit: (event: PeerEvent, key: string) => void, fail: (error: unknown) => void) {
    this.#context = context;
    this.#emit = emit;
    this.#fail = fail;
  }

  /** Makes what runs equal to what is planned. */
  reconcile(effects: readonly Effect[]): void {
    // What ends while the daemon stops must not start the next thing.
    if (this.#closed) return;
    const planned = new Set(effects.map((effect) => effect.key));
    for (const [key, { abort }] of this.#running) {
      if (!planned.has(key) && !isAct(key)) abort.abort(new SwarmError("NOT_PLANNED", "the round moved on"));
    }
    for (const effect of effects) {
      if (effect.type !== "wake" && !this.#running.has(effect.key)) this.#start(effect);
    }
  }

  /** To be called when the event that an effect ended in has been taken in. */
  release(key: string): void {
    this.#running.delete(key);
  }

  /** Stops everything and waits until it has stopped. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { abort } of this.#running.values()) abort.abort(new SwarmError("STOPPING", "the daemon is stopping"));
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  #start(effect: Runnable): void {
    const abort = new AbortController();
    const { key } = effect;
    this.#context.logger.debug("began", { key });
    const done = run(this.#context, effect, abort.signal).then(
      (event) => this.#did(key, event),
      (error: unknown) => this.#failed(effect, abort.signal, error),
    );
    this.#running.set(effect.key, { abort, done });
  }

  #did(key: string, event: PeerEvent): void {
    this.#context.logger.debug("did", { key, result: event.type });
    this.#emit(event, key);
  }

  #failed(effect: Runnable, signal: AbortSignal, error: unknown): void {
    if (signal.aborted) return this.#emit({ type: "tick" }, effect.key);
    if (error instanceof LostFile) {
      this.#context.logger.warn(error.message, { kind: error.kind, sha256: error.sha256 });
      return this.#emit({ type: "lost", kind: error.kind, sha256: error.sha256 }, effect.key);
    }
    if (error instanceof SwarmError && FATAL.has(error.code)) return this.#fail(error);
    if (effect.type === "train" && error instanceof SwarmError && DIVERGED.has(error.code)) {
      const { round, base, key } = effect;
      const [what, advice] = DIVERGED_WARNINGS;
      this.#context.logger.warn(what, { round, base, error });
      this.#context.logger.warn(advice, { round, base });
      return this.#emit({ type: "diverged", round, base }, key);
    }
    this.#context.logger.warn(`could not ${WORDS[effect.type]}; trying again`, { key: effect.key, error });
    this.#emit({ type: "failed", key: effect.key }, effect.key);
  }
}

const isAct = (key: string): boolean => /^(submit|attest|vote|advance|comeBack)\//.test(key);

const WORDS: Record<Runnable["type"], string> = {
  train: "train",
  regain: "get this node's own update back",
  seal: "seal the update",
  act: "send the transaction",
  offer: "offer the sealed update",
  open: "get an update",
  merge: "merge",
  obtainModel: "get the model",
  evaluate: "evaluate the model",
  prune: "delete old files",
};

function run(context: PeerContext, effect: Runnable, signal: AbortSignal): Promise<PeerEvent> {
  switch (effect.type) {
    case "train":
      return runTrain(context, effect, signal);
    case "regain":
      return runRegain(context, effect, signal);
    case "seal":
      return runSeal(context, effect);
    case "act":
      return runAct(context, effect, signal);
    case "offer":
      return runOffer(context, effect);
    case "open":
      return runOpen(context, effect, signal);
    case "merge":
      return runMerge(context, effect, signal);
    case "obtainModel":
      return runObtainModel(context, effect, signal);
    case "evaluate":
      return runEvaluate(context, effect, signal);
    case "prune":
      return runPrune(context, effect);
  }
}
