import type { TaskView } from "../../ledger/view/task.ts";
import { type EarlyStop, earlyStopOf } from "../earlyStop.ts";
import type { Effect } from "../effects.ts";
import { expiredFiles } from "../retention.ts";
import type { RoundState } from "../state.ts";
import { planLateMerge } from "./merge.ts";

/** R6, R8: the current model is the one of the last final block; whoever does not hold it gets it by its hash. So is the best one, once a task has stopped (R11). */
export function planModels(state: RoundState, task: TaskView): Effect[] {
  const { local } = state;
  const merging = planLateMerge(state, task);
  if (merging.length > 0) return merging;
  const wanted = new Set([task.model]);
  if (task.phase === "running" && task.attempt) wanted.add(task.attempt.base);
  const stop = earlyStopOf(state.earlyStopping, task);
  if (stop) wanted.add(stop.best.modelHash);
  return [...wanted]
    .filter((sha256) => !local.models.has(sha256))
    .map((sha256) => ({ type: "obtainModel", key: `model/${sha256}`, sha256 }));
}

/** The last model is evaluated here, or the best one of a task that has stopped; those before it are evaluated when training starts from them. */
export function planFinish(state: RoundState, task: TaskView): Effect[] {
  const { local } = state;
  if (!local.models.has(task.model)) return [];
  const stop = earlyStopOf(state.earlyStopping, task);
  if (stop) return planStopped(state, stop);
  if (task.phase !== "finished" || local.evaluated.has(task.model)) return [];
  return [{ type: "evaluate", key: `evaluate/${task.model}`, round: task.round - 1, model: task.model }];
}

function planStopped({ local }: RoundState, { after, best }: EarlyStop): Effect[] {
  const { round, modelHash: model } = best;
  if (!local.models.has(model) || local.evaluated.has(model)) return [];
  return [{ type: "evaluate", key: `evaluate/${model}`, round, model, stoppedAfter: after }];
}

/** Files of rounds before `round - retainRounds` go; the current round never does. */
export function planPrune(state: RoundState, task: TaskView): Effect[] {
  const before = task.round - state.retainRounds;
  return before > state.local.prunedBefore
    ? [{ type: "prune", key: `prune/${before}`, before, files: expiredFiles(state, task, before) }]
    : [];
}
