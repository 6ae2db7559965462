import { SwarmError } from "../../core/errors.ts";
import type { TrainingProgress } from "../../ports/learner.ts";
import { CONTRACT, type Hello, protocolError, shown, type TrainerMessage } from "./messages.ts";
import type { TrainerLimits } from "./settings.ts";
import type { TrainerProcess } from "./trainerProcess.ts";

type Answer = Extract<TrainerMessage, { type: "trained" | "evaluated" }>;
export type AnswerTo<K extends "train" | "evaluate"> = Extract<
  Answer,
  { type: K extends "train" ? "trained" : "evaluated" }
>;

export interface RequestOptions {
  signal: AbortSignal;
  onProgress?: (progress: TrainingProgress) => void;
}

/** Longest part of a trainer's own account of a failure that is shown, characters. */
const SHOWN = 300;

/** Requests and answers over one process, one at a time. Whatever breaks the contract ends the process. */
export class Conversation {
  readonly hello: Hello;
  readonly process: TrainerProcess;
  readonly #limits: TrainerLimits;
  #requests = 0;

  private constructor(trainer: TrainerProcess, hello: Hello, limits: TrainerLimits) {
    this.process = trainer;
    this.hello = hello;
    this.#limits = limits;
  }

  /**
   * Says hello and waits for the trainer's.
   * @param task the file that says what is trained on what
   * @throws SwarmError TRAINER_COMMAND, TRAINER_CRASHED, TRAINER_PROTOCOL, TRAINER_TIMEOUT, TRAINER_FAILED, TRAINER_MEMORY, TRAINER_DISK
   */
  static async begin(trainer: TrainerProcess, task: string, limits: TrainerLimits): Promise<Conversation> {
    trainer.send({ type: "hello", contract: CONTRACT, task });
    const said = await next(trainer, limits.startMs, "say hello", () => true);
    try {
      if (said.type === "failed") throw failure(said);
      if (said.type !== "hello") throw protocolError(`it says "${said.type}" before its hello`);
      if (said.contract !== CONTRACT) {
        const versions = `version ${said.contract} of the contract, this node speaks ${CONTRACT}`;
        throw protocolError(`it speaks ${versions}: use the helper that came with this node`);
      }
      // Nothing is to be said before it is asked.
      trainer.listen((message) => trainer.kill(unasked(message)));
      return new Conversation(trainer, said, limits);
    } catch (error) {
      await trainer.stop(error as SwarmError);
      throw error;
    }
  }

  /**
   * Sends one request and waits until it is settled; an aborted one is cancelled, and is settled when the trainer has stopped it, or was ended.
   * @throws SwarmError as `begin`, TRAINING_DIVERGED; the signal's reason
   */
  async request<K extends "train" | "evaluate">(
    kind: K,
    folder: string,
    { signal, onProgress }: RequestOptions,
  ): Promise<AnswerTo<K>> {
    const id = ++this.#requests;
    const { process: trainer } = this;
    const { cancelMs, requestMs } = this.#limits;
    let patience: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      trainer.send({ type: "cancel", id });
      patience = setTimeout(() => trainer.kill(late("stop a request that was cancelled", cancelMs)), cancelMs);
    };
    signal.throwIfAborted();
    signal.addEventListener("abort", cancel, { once: true });
    try {
      trainer.send({ type: kind, id, folder });
      const answer = await next(trainer, requestMs, kind, (message) => {
        if (message.type === "hello" || message.id !== id) throw unasked(message);
        if (message.type !== "progress") return true;
        if (kind !== "train") throw unasked(message);
        const { type: _type, id: _id, ...progress } = message;
        if (progress.epoch > progress.epochs || progress.batch > progress.batches)
          throw protocolError(`progress goes beyond its end: ${JSON.stringify(progress)}`);
        if (!signal.aborted) onProgress?.(progress);
        return false;
      });
      // An answer that came all the same is as good as none.
      signal.throwIfAborted();
      if (answer.type === "failed") throw failure(answer);
      if (answer.type === (kind === "train" ? "trained" : "evaluated")) return answer as AnswerTo<K>;
      const wrong = protocolError(`it answers "${answer.type}" to "${kind}"`);
      trainer.kill(wrong);
      throw wrong;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      clearTimeout(patience);
      signal.removeEventListener("abort", cancel);
      trainer.listen((message) => trainer.kill(unasked(message)));
    }
  }
}

/** The first message that is wanted, unless the process ends before, or the time is over: then it is ended. */
async function next(
  trainer: TrainerProcess,
  ms: number,
  what: string,
  isWanted: (message: TrainerMessage) => boolean,
): Promise<TrainerMessage> {
  const { promise, resolve } = Promise.withResolvers<TrainerMessage>();
  const timer = setTimeout(() => trainer.kill(late(what, ms)), ms);
  // What `isWanted` throws ends the process: the reader of its messages sees to that.
  trainer.listen((message) => void (isWanted(message) && resolve(message)));
  try {
    return await Promise.race([
      promise,
      trainer.ended.then((reason) => {
        throw reason;
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

function failure({ reason, message }: Extract<TrainerMessage, { type: "failed" }>): SwarmError {
  const words = shown(message, SHOWN);
  if (reason === "diverged") return new SwarmError("TRAINING_DIVERGED", `training diverged: ${words}`);
  const what = reason === "data" ? "the trainer cannot use the rows" : "the trainer reports a failure";
  return new SwarmError("TRAINER_FAILED", `${what}: ${words}`, { reason });
}

const unasked = ({ type }: TrainerMessage): SwarmError => protocolError(`it says "${type}" without being asked`);

const late = (what: string, ms: number): SwarmError =>
  new SwarmError(
    "TRAINER_TIMEOUT",
    `the trainer was ended: it did not ${what} within ${ms / 1000} seconds (trainer.maxMinutes in node.yaml for training)`,
    { ms },
  );
