import { boundsOf, STATISTICS_ROUND } from "../../core/statistics/tensors.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import type { Weights } from "../../core/weights.ts";
import type { TrainingResult } from "../../ports/learner.ts";
import type { Logger } from "../../ports/logger.ts";
import { createLearner } from "./createLearner.ts";

export interface LocalTraining {
  document: TaskDocument;
  dataPath: string;
  /** The model that training starts from. */
  base: Weights;
  /** Passes over the rows, with one optimizer throughout, at its own learning rate. */
  epochs: number;
  /** In place of the task's own. */
  seed?: number;
  logger: Logger;
  signal: AbortSignal;
}

/** Trains on one file alone, without any merge: what a clinic reaches by itself, or all of them with their rows in one place. */
export async function trainLocal({
  document,
  dataPath,
  base,
  epochs,
  seed,
  logger,
  signal,
}: LocalTraining): Promise<TrainingResult> {
  // Schedules and batches go by rounds, of which there are none here.
  const { localBatches: _batches, learningRateSchedule: _schedule, ...rest } = document.training;
  const training = { ...rest, localEpochs: epochs, seed: seed ?? rest.seed };
  const learner = await createLearner({ document: { ...document, training }, dataPath, logger, signal });
  try {
    if (boundsOf(document) === undefined) return await learner.train(base, 1, { signal });
    // Its own statistics first, as the swarm's first round has all of theirs.
    const { weights } = await learner.train(base, STATISTICS_ROUND, { signal });
    return await learner.train(weights, STATISTICS_ROUND + 1, { signal });
  } finally {
    await learner.close();
  }
}
