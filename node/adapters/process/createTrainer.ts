import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { SwarmError } from "../../core/errors.ts";
import { totalElements } from "../../core/safetensorsHeader.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import { localTensorSpecs, tensorSpecs } from "../../core/task/tensors.ts";
import { boundsOf } from "../../core/statistics/tensors.ts";
import type { Learner } from "../../ports/learner.ts";
import type { Logger } from "../../ports/logger.ts";
import { commandWords, findProgram } from "./command.ts";
import { trainerEnvironment } from "./environment.ts";
import { requireRecords } from "./figures.ts";
import { prepareFolder } from "./folder.ts";
import { CONTRACT } from "./messages.ts";
import { processLearner } from "./processLearner.ts";
import { findProtections, type Protections } from "./protections.ts";
import { limitsOf, type TrainerLimits, type TrainerSettings } from "./settings.ts";
import { Supervisor } from "./supervisor.ts";
import { TrainerProcess } from "./trainerProcess.ts";

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
 * @throws SwarmError TRAINER_COMMAND, TRAINER_ENVIRONMENT, TRAINER_TASK, TRAINER_CRASHED, TRAINER_PROTOCOL, TRAINER_TIMEOUT, TRAINER_FAILED, TRAINER_MEMORY,
 *   TRAINER_DISK, PRIVACY_TOO_FEW_RECORDS; TASK_NO_LAYERS never, since trainers need none.
 *   Its methods: those (call again: another process starts, after a pause), TRAINER_ANSWER, TRAINING_DIVERGED, LEARNER_SHAPES, LEARNER_CLOSED
 */
export async function createTrainer(init: TrainerInit): Promise<Trainer> {
  const { document, settings, logger, signal = new AbortController().signal } = init;
  refuseStatistics(document);
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
  const close = async (): Promise<void> => {
    await supervisor.close();
    await rm(folder, { recursive: true, force: true });
  };
  signal.addEventListener("abort", close, { once: true });
  try {
    const learner = await processLearner(document, folder, supervisor, signal);
    return {
      protections,
      close,
      train: learner.train,
      evaluate: learner.evaluate,
      get engine() {
        return learner.engine;
      },
      get rows() {
        return learner.rows;
      },
    };
  } catch (cause) {
    await close();
    signal.throwIfAborted();
    throw cause;
  } finally {
    signal.removeEventListener("abort", close);
  }
}

/** The contract has no words for a round that gathers statistics, and a trainer that ignored them would train on rows of another scale than its peers'. */
function refuseStatistics(document: TaskDocument): void {
  if (boundsOf(document) === undefined) return;
  const text = `task ${document.name} normalizes by statistics that members agree on (data.normalize.agreed): only the built-in engines take part in that; run this node without a trainer`;
  throw new SwarmError("TRAINER_TASK", text);
}
