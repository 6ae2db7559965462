import { setTimeout as sleep } from "node:timers/promises";
import { SwarmError } from "../../core/errors.ts";
import type { Logger } from "../../ports/logger.ts";
import { abortable } from "./abortable.ts";
import { Conversation } from "./conversation.ts";
import type { TrainerLimits } from "./settings.ts";
import type { TrainerProcess } from "./trainerProcess.ts";
import { watchTrainer } from "./watch.ts";

export interface SupervisorInit {
  /** Starts a process. @throws SwarmError TRAINER_COMMAND */
  launch: () => TrainerProcess;
  /** The file that a trainer is told of in the hello. */
  task: string;
  /** What the trainer may fill. */
  folder: string;
  /** Refuses a trainer by what its hello says. @throws SwarmError */
  check: (conversation: Conversation) => void;
  limits: TrainerLimits;
  logger: Logger;
}

/** Keeps one trainer process at a time: starts it when it is needed, watches it, and starts another one, after a pause, where it died. */
export class Supervisor {
  readonly #init: SupervisorInit;
  #current: Promise<Conversation> | undefined;
  #process: TrainerProcess | undefined;
  /** Ends since the last answer. */
  #failures = 0;
  #restAt = 0;
  readonly #close = new AbortController();

  constructor(init: SupervisorInit) {
    this.#init = init;
  }

  /** The running trainer, or another one. @throws SwarmError as `Conversation.begin`, LEARNER_CLOSED; the signal's reason */
  get(signal: AbortSignal): Promise<Conversation> {
    if (this.#close.signal.aborted) return Promise.reject(closed());
    this.#current ??= this.#start();
    return abortable(this.#current, signal);
  }

  /** To be called after an answer: whatever happens next is a first failure. */
  answered(): void {
    this.#failures = 0;
  }

  async close(): Promise<void> {
    this.#close.abort(closed());
    await this.#process?.stop(closed());
    await this.#current?.catch(() => undefined);
  }

  async #start(): Promise<Conversation> {
    const { launch, task, folder, check, limits, logger } = this.#init;
    try {
      await this.#pause();
      const process = launch();
      this.#process = process;
      const { pid } = process;
      const { memoryMiB, diskMiB } = limits;
      const watch = watchTrainer({ pid, folder, memoryMiB, diskMiB }, (error) => process.kill(error));
      void process.ended.then((error) => this.#ended(error, watch));
      const conversation = await Conversation.begin(process, task, limits);
      try {
        check(conversation);
      } catch (error) {
        await process.stop(error as SwarmError);
        throw error;
      }
      const { engine, rows } = conversation.hello;
      logger.info("trainer is ready", { pid, engine: `${engine.name} ${engine.version}`, rows });
      return conversation;
    } catch (error) {
      // A process that never came to be has no end that would say so.
      if (this.#process === undefined) this.#current = undefined;
      throw error;
    }
  }

  #ended(error: SwarmError, watch: Disposable): void {
    watch[Symbol.dispose]();
    this.#process = undefined;
    this.#current = undefined;
    if (this.#close.signal.aborted) return;
    this.#failures++;
    const { firstPauseMs, lastPauseMs } = this.#init.limits;
    this.#restAt = performance.now() + Math.min(lastPauseMs, firstPauseMs * 2 ** (this.#failures - 1));
    this.#init.logger.warn("the trainer ended", { error, failures: this.#failures });
  }

  async #pause(): Promise<void> {
    const { signal } = this.#close;
    const ms = this.#restAt - performance.now();
    if (this.#failures > 0 && ms > 0) {
      await sleep(ms, undefined, { signal }).catch(() => undefined);
    }
    signal.throwIfAborted();
  }
}

const closed = (): SwarmError => new SwarmError("LEARNER_CLOSED", "the learner is closed; create another one");
