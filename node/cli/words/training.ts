import { learningRateIn } from "../../core/task/learningRate.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import { counted } from "../output/units.ts";

type Training = TaskDocument["training"];

/** What a node does with its rows in a round: `2 passes over a node's rows, in batches of 32`, `50 batches of 32 rows`. */
export const localWorkWords = ({ localEpochs = 1, localBatches, batchSize }: Training): string =>
  localBatches === undefined
    ? `${counted(localEpochs, "pass", "passes")} over a node's rows, in batches of ${batchSize}`
    : `${counted(localBatches, "batch", "batches")} of ${batchSize} rows, going on from round to round`;

/** The optimizer with its rate, and where a schedule changes that, what it is in some rounds. */
export function learningRateWords(doc: TaskDocument): string {
  const { optimizer, learningRateSchedule: schedule } = doc.training;
  const { rounds } = doc.round;
  if (schedule === undefined) return `${optimizer.type} at ${optimizer.learningRate}`;
  const { type, warmupRounds } = schedule;
  const warm = warmupRounds > 0 ? `, after ${counted(warmupRounds, "round")} of warm-up` : "";
  const middle = warmupRounds + 1 + Math.floor((rounds - warmupRounds) / 2);
  const shown = [...new Set([1, warmupRounds + 1, middle, rounds])].filter((round) => round <= rounds);
  const rates = shown.map((round) => `${precise(learningRateIn(doc, round))} in round ${round}`);
  return `${optimizer.type} at ${optimizer.learningRate}, ${type} schedule${warm}: ${rates.join(", ")}`;
}

const precise = (rate: number): string => String(Number(rate.toPrecision(4)));
