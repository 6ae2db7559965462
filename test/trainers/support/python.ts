import { join, resolve } from "node:path";
import { createTrainer, type Trainer } from "../../../node/adapters/process/createTrainer.ts";
import type { TaskDocument } from "../../../node/core/task/schema.ts";
import { findPython } from "../../../scripts/setup/pythonPlace.ts";
import { silent } from "../../learner/rows.ts";

const examples = resolve(import.meta.dirname, "../../../examples");
export const example = (path: string): string => resolve(examples, path);

/** A Python example as a command, or the reason for skipping what needs it. */
export function pythonTrainer(
  script: string,
  ...modules: string[]
): { command: string; skip: false } | { skip: string } {
  const found = findPython(...modules);
  if ("lacking" in found) return { skip: found.lacking };
  return { command: `"${found.python}" "${example(`trainers/${script}`)}"`, skip: false };
}

export const pytorch = () => pythonTrainer("pytorch_mlp.py", "numpy", "torch");
export const sklearn = () => pythonTrainer("sklearn_linear.py", "numpy", "sklearn");

let trainers = 0;

/** Starts an example on rows. @param folder where the trainer's own folder is made */
export const openExample = (
  command: string,
  document: TaskDocument,
  dataPath: string,
  folder: string,
): Promise<Trainer> =>
  createTrainer({
    document,
    dataPath,
    settings: { command },
    cwd: folder,
    folder: join(folder, `trainer-${++trainers}`),
    hidden: [],
    environment: process.env,
    logger: silent,
  });
