import { writeFile } from "node:fs/promises";
import { stringify } from "yaml";
import { readTaskFile } from "../../node/adapters/taskfile/readTaskFile.ts";
import type { TaskDocument } from "../../node/core/task/document.ts";

/** What experiments on the digits choose. */
export interface DigitsTask {
  sites: number;
  f: number;
  rounds: number;
  seed: number;
  localEpochs: number;
  /** As in a task file. */
  layers: readonly object[];
  merge?: object;
  training?: object;
  /** Of each phase. */
  seconds?: number;
}

export const MLP = [
  { type: "dense", units: 32, activation: "relu" },
  { type: "dense", units: 10 },
] as const;

/** Writes the task file of an experiment on the digits, and reads it as `swarm task create` does. @throws SwarmError TASK_INVALID */
export async function writeTask(file: string, task: DigitsTask): Promise<TaskDocument> {
  const { sites, f, rounds, seed, localEpochs, layers, merge, training, seconds = 30 } = task;
  const document = {
    version: 1,
    name: "digits",
    model: { layers, loss: "softmaxCrossEntropy" },
    data: {
      format: "csv",
      features: { columns: "p{0..7}{0..7}" },
      label: { column: "digit", classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] },
      normalize: { mean: 0, std: 16 },
    },
    training: { localEpochs, batchSize: 16, optimizer: { type: "sgd", learningRate: 0.1 }, seed, ...training },
    ...(merge ? { merge } : {}),
    round: {
      f,
      minPeers: sites - f,
      startMembers: sites,
      rounds,
      submitSeconds: seconds,
      attestSeconds: seconds,
      mergeSeconds: seconds,
    },
    limits: { maxUpdateNorm: 20 },
  };
  await writeFile(file, stringify(document));
  return readTaskFile(file);
}
