import type { FinalRound, TaskView } from "../ledger/view/task.ts";
import { progressOf, type StoppingRule } from "../stopping/progress.ts";

/** A task that is over before its rounds are used up. */
export interface EarlyStop {
  /** The last round that counts. */
  after: number;
  /** The round with the best score, whose model is the task's result. */
  best: FinalRound;
  score: number;
}

/**
 * R11: whether a task is over by its own rule, and with which model. By the ledger's final events alone, so every node that has read them says the same,
 * after a restart (R7) and on whatever history a chain comes back with (R9).
 * @param rule undefined where the task has none
 */
export function earlyStopOf(rule: StoppingRule | undefined, task: TaskView): EarlyStop | undefined {
  if (rule === undefined || task.phase === "finished") return undefined;
  const { bests, stoppedAfter } = progressOf(rule, task.history);
  const { round, score } = bests.at(-1) ?? {};
  const best = task.history.find((final) => final.round === round);
  return stoppedAfter === undefined || score === undefined || best === undefined
    ? undefined
    : { after: stoppedAfter, best, score };
}

/**
 * Rounds that were the best before `before`, the last one last. Their models outlive retention until a better one is older than it, too:
 * what a chain's lost end takes back (R9) was not deleted for it.
 */
export function bestsBefore(rule: StoppingRule | undefined, task: TaskView, before: number): FinalRound[] {
  if (rule === undefined) return [];
  const old = task.history.filter(({ round }) => round < before);
  return progressOf(rule, old).bests.flatMap(({ round }) => old.find((final) => final.round === round) ?? []);
}
