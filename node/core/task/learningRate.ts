import { halfCosine } from "./halfCosine.ts";
import type { TaskDocument } from "./schema.ts";

/**
 * What the optimizer's learning rate is multiplied by in a round. With w = `warmupRounds`, round r of the first w has r / (w + 1); the rounds after
 * them are counted as k = 0, 1, 2 and so on:
 * - `constant`: 1
 * - `step`: `factor` to the power of floor(k / `everyRounds`)
 * - `cosine`: `floor` + (1 - `floor`) (1 + cos(pi k / K)) / 2, K being how many there are of them (Loshchilov and Hutter 2017, without restarts),
 *   so that the last round still learns.
 *
 * The same bits on every machine.
 * @param round from 1; what lies beyond the task's rounds counts as the last
 */
export function learningRateFactor({ training, round: { rounds } }: TaskDocument, round: number): number {
  const { learningRateSchedule: schedule } = training;
  if (schedule === undefined) return 1;
  const { warmupRounds } = schedule;
  if (round <= warmupRounds) return round / (warmupRounds + 1);
  const step = Math.min(round, rounds) - warmupRounds - 1;
  switch (schedule.type) {
    case "constant":
      return 1;
    case "step":
      return power(schedule.factor, Math.floor(step / schedule.everyRounds));
    case "cosine":
      return schedule.floor + (1 - schedule.floor) * halfCosine(step / (rounds - warmupRounds));
  }
}

/** The learning rate of a round. @param round from 1 */
export const learningRateIn = (doc: TaskDocument, round: number): number =>
  doc.training.optimizer.learningRate * learningRateFactor(doc, round);

/** A task's training as it is in a round. @param round from 1 */
export function trainingIn(doc: TaskDocument, round: number): TaskDocument["training"] {
  const { training } = doc;
  return { ...training, optimizer: { ...training.optimizer, learningRate: learningRateIn(doc, round) } };
}

/** By squaring: products only, unlike `Math.pow`. @param exponent a whole number from 0 */
function power(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
