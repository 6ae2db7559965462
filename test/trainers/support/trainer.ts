import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createTrainer, type Trainer, type TrainerInit } from "../../../node/adapters/process/createTrainer.ts";
import type { TrainerLimits, TrainerSettings } from "../../../node/adapters/process/settings.ts";
import { initialWeights } from "../../../node/core/task/initialModel.ts";
import type { TaskDocument } from "../../../node/core/task/schema.ts";
import type { Weights } from "../../../node/core/weights.ts";
import { createLogCollector, type LogLine } from "../../ports/support.ts";
import { taskDocument, taskInput } from "../../task/fixture.ts";

const FAKE = resolve(import.meta.dirname, "../fakes/trainer.mjs");

/** Pauses that no test has to wait for. */
const LIMITS: Partial<TrainerLimits> = { firstPauseMs: 1, lastPauseMs: 4, stopMs: 1_000 };

/** The command line of a trainer that does one thing wrong, or nothing. */
export const fakeCommand = (misdeed = "", ...args: string[]): string =>
  [process.execPath, FAKE, misdeed, ...args].map((word) => `"${word}"`).join(" ");

export interface FakeTrainer extends AsyncDisposable {
  trainer: Trainer;
  base: Weights;
  folder: string;
  lines: LogLine[];
}

export interface FakeOptions {
  document?: TaskDocument;
  settings?: Partial<TrainerSettings>;
  limits?: Partial<TrainerLimits>;
  init?: Partial<TrainerInit>;
  /** Further words of the command. */
  args?: string[];
}

export const document = (validationSplit = 0.2): TaskDocument =>
  taskDocument({ training: { ...taskInput().training, validationSplit } });

/** A learner over a fake trainer, in a folder of its own that goes with it. @throws what `createTrainer` throws, after the folder is gone */
export async function openFake(misdeed = "", options: FakeOptions = {}): Promise<FakeTrainer> {
  const doc = options.document ?? document();
  const root = await mkdtemp(join(tmpdir(), "swarm-trainer-"));
  const remove = (): Promise<void> => rm(root, { recursive: true, force: true });
  const folder = join(root, "trainer");
  const { logger, lines } = createLogCollector();
  try {
    const trainer = await createTrainer({
      document: doc,
      dataPath: join(root, "rows.csv"),
      settings: { command: fakeCommand(misdeed, ...(options.args ?? [])), ...options.settings },
      cwd: root,
      folder,
      hidden: [],
      environment: process.env,
      logger,
      limits: { ...LIMITS, ...options.limits },
      ...options.init,
    });
    return {
      trainer,
      base: initialWeights(doc, 1),
      folder,
      lines,
      async [Symbol.asyncDispose]() {
        await trainer.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
