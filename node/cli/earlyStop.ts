import type { TaskView } from "../core/ledger/view/task.ts";
import { type EarlyStop, earlyStopOf } from "../core/round/earlyStop.ts";
import { progressOf } from "../core/stopping/progress.ts";
import { documentOf } from "./tasks.ts";

/** How far a task is from stopping early (R11). */
export interface StoppingStatus {
  /** The best round so far and its score in parts of 10,000; null before the first round with a score. */
  best: { round: number; score: number } | null;
  /** Final rounds since then. */
  stale: number;
  patience: number;
  /** The round after which the task stopped; null as long as it goes on. */
  stoppedAfter: number | null;
}

/** Whether a task has stopped early; undefined where it has not, or has no valid document. */
export const stopOfTask = (task: TaskView): EarlyStop | undefined =>
  earlyStopOf(documentOf(task)?.training.earlyStopping, task);

/** Null for a task that has no early stopping. */
export function stoppingStatus(task: TaskView): StoppingStatus | null {
  const rule = documentOf(task)?.training.earlyStopping;
  if (rule === undefined) return null;
  const { bests, stale, stoppedAfter } = progressOf(rule, task.history);
  const stopped = task.phase === "finished" ? undefined : stoppedAfter;
  return { best: bests.at(-1) ?? null, stale, patience: rule.patience, stoppedAfter: stopped ?? null };
}

/** The round with the best score, by the task's own rule, else the first with the highest one; undefined where none has a score. */
export function bestRound(task: TaskView): number | undefined {
  const rule = documentOf(task)?.training.earlyStopping ?? ANY_BETTER;
  return progressOf(rule, task.history).bests.at(-1)?.round;
}

/** Of tasks with evaluations and without early stopping. */
const ANY_BETTER = { patience: Number.POSITIVE_INFINITY, minImprovement: 0.0001 };
