import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { SwarmError } from "../../core/errors.ts";
import { initialLocal } from "../../core/task/initialModel.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import { localTensorSpecs, tensorSpecs } from "../../core/task/tensors.ts";
import { totalElements } from "../../core/safetensorsHeader.ts";
import type { TensorSpec, Weights } from "../../core/weights.ts";
import { specDifference } from "../../core/weights/specDifference.ts";
import type { Learner } from "../../ports/learner.ts";
import type { Logger } from "../../ports/logger.ts";
import { commandWords, findProgram } from "./command.ts";
import { trainerEnvironment } from "./environment.ts";
import { type Exchange, FILES, openExchange, readTensors } from "./exchange.ts";
import { asEvaluation, checkEvaluation, checkTrained, requireRecords } from "./figures.ts";
import { CONTRACT } from "./messages.ts";
import { findProtections, type Protections } from "./protections.ts";
import { limitsOf, type TrainerLimits, type TrainerSettings } from "./settings.ts";
import { Supervisor } from "./supervisor.ts";
import { TrainerProcess } from "./trainerProcess.ts";
import { Turns } from "./turns.ts";

export interface TrainerInit {
  document: TaskDocument;
  /** The clinic's own rows; only the trainer reads them. */
  dataPath: string;
  settings: TrainerSettings;
  /** Where the command runs: relative paths in it count from here. */
  cwd: string;
  /** The trainer's own folder; emptied now and when the learner is closed. */
  folder: string;
  /** Folders that are there and that the trainer must not see into, where the machine allows it. */
  hidden: readonly string[];
  /** This process's variables; few of them are passed on. */
  environment: Readonly<Record<string, string | undefined>>;
  logger: Logger;
  /** Gives up starting. */
  signal?: AbortSignal;
  limits?: Partial<TrainerLimits>;
}

/** A learner whose work a process of the clinic's own does. */
export interface Trainer extends Learner {
  readonly protections: Protections;
}

/**
 * Starts the clinic's trainer and speaks to it as docs/TRAINERS.md says. Ready when it has said hello.
 * @throws SwarmError TRAINER_COMMAND, TRAINER_ENVIRONMENT, TRAINER_CRASHED, TRAINER_PROTOCOL, TRAINER_TIMEOUT, TRAINER_FAILED, TRAINER_MEMORY,
 *   TRAINER_DISK, PRIVACY_TOO_FEW_RECORDS; TASK_NO_LAYERS never, since trainers need none.
 *   Its methods: those (call again: another process starts, after a pause), TRAINER_ANSWER, TRAINING_DIVERGED, LEARNER_SHAPES, LEARNER_CLOSED
 */
export async function createTrainer(init: TrainerInit): Promise<Trainer> {
  const { document, settings, logger, signal = new AbortController().signal } = init;
  const folder = resolve(init.folder);
  const shared = tensorSpecs(document);
  const local = localTensorSpecs(document);
  const limits = limitsOf(settings, 4 * totalElements([...shared, ...local]), init.limits);
  const words = commandWords(settings.command);
  const env = trainerEnvironment(init.environment, settings.environment ?? [], folder);
  const path = env["PATH"] ?? "";
  words[0] = findProgram(words[0] as string, init.cwd, path);
  const { prefix, protections } = await findProtections({
    network: settings.network ?? "none",
    memoryMiB: limits.memoryMiB,
    diskMiB: limits.diskMiB,
    hidden: init.hidden,
    path,
  });
  const task = await prepareFolder(folder, {
    contract: CONTRACT,
    document,
    tensors: shared,
    ownTensors: local,
    data: resolve(init.dataPath),
  });
  const supervisor = new Supervisor({
    launch: () =>
      new TrainerProcess({ words: [...prefix, ...words], cwd: init.cwd, env, logger, stopMs: limits.stopMs }),
    task,
    folder,
    check: ({ hello }) => requireRecords(hello.rows.training, document, "the trainer has"),
    limits,
    logger,
  });
  const turns = new Turns();
  const close = async (): Promise<void> => {
    await supervisor.close();
    await rm(folder, { recursive: true, force: true });
  };
  signal.addEventListener("abort", close, { once: true });
  try {
    let { hello } = await turns.take(() => supervisor.get(signal), signal);
    const ask = async <T>(
      given: { base: Weights; own?: Weights; settings: object },
      options: { signal: AbortSignal },
      work: (exchange: Exchange, conversation: Awaited<ReturnType<Supervisor["get"]>>) => Promise<T>,
    ): Promise<T> =>
      turns.take(async () => {
        const conversation = await supervisor.get(options.signal);
        ({ hello } = conversation);
        const own = local.length === 0 ? {} : { own: given.own ?? initialLocal(document) };
        await using exchange = await openExchange(folder, { base: given.base, settings: given.settings, ...own });
        const result = await work(exchange, conversation);
        supervisor.answered();
        return result;
      }, options.signal);
    const check = (weights: Weights, own: Weights | undefined): void => {
      requireSpecs(weights, shared, document.name);
      if (own !== undefined) requireSpecs(own, local, document.name);
    };
    return {
      protections,
      get engine() {
        return `${hello.engine.name} ${hello.engine.version}`;
      },
      get rows() {
        return { ...hello.rows };
      },
      async train(base, round, options) {
        check(base, options.own);
        const given = { base, ...options, settings: { round, training: document.training } };
        return ask(given, options, async (exchange, conversation) => {
          const started = performance.now();
          const answer = await conversation.request("train", exchange.folder, options);
          const ms = performance.now() - started;
          checkTrained(answer, conversation.hello, document);
          const weights = await readTensors(exchange.folder, FILES.weights, shared);
          const own = local.length === 0 ? {} : { own: await readTensors(exchange.folder, FILES.own, local) };
          const { samples, loss } = answer;
          const validation = asEvaluation(answer.validation);
          return { weights, ...own, samples, loss, ms, ...(validation === undefined ? {} : { validation }) };
        });
      },
      async evaluate(weights, options) {
        check(weights, options.own);
        return ask({ base: weights, ...options, settings: {} }, options, async (exchange, conversation) => {
          const { evaluation } = await conversation.request("evaluate", exchange.folder, options);
          checkEvaluation(evaluation, conversation.hello.rows.validation);
          return asEvaluation(evaluation);
        });
      },
      close,
    };
  } catch (cause) {
    await close();
    signal.throwIfAborted();
    throw cause;
  } finally {
    signal.removeEventListener("abort", close);
  }
}

/** Empties the trainer's folder (0700) and says in it what is trained on what. @returns that file */
async function prepareFolder(folder: string, task: object): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "task.json");
  await writeFile(path, JSON.stringify(task), { mode: 0o600, flag: "wx" });
  return path;
}

/** @throws SwarmError LEARNER_SHAPES */
function requireSpecs({ specs, values }: Weights, wanted: readonly TensorSpec[], task: string): void {
  const length = totalElements(wanted);
  const difference =
    specDifference(specs, wanted) ??
    (values.length === length ? undefined : `There are ${values.length} values instead of ${length}.`);
  if (difference !== undefined)
    throw new SwarmError("LEARNER_SHAPES", `the weights are not those of task ${task}. ${difference}`);
}
