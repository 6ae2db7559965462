import { has } from "../../ledger/masks.ts";
import { isBarred } from "../../ledger/view/registry.ts";
import type { TaskView } from "../../ledger/view/task.ts";
import { earlyStopOf } from "../earlyStop.ts";
import type { Effect } from "../effects.ts";
import { type RoundState, selfOf, taskOf } from "../state.ts";
import { planAttest } from "./attest.ts";
import { planDeadline, planWaiting } from "./deadline.ts";
import { planLateVote, planMerge } from "./merge.ts";
import { planFinish, planModels, planPrune } from "./models.ts";
import { planSubmit } from "./submit.ts";

/**
 * Everything that this node should be doing, given what it knows. The same knowledge always gives the same list, so nothing that was
 * started has to be remembered: after a crash, a rollback or a missed event the list is simply made again (R7).
 */
export function plan(state: RoundState): Effect[] {
  const task = taskOf(state);
  const self = selfOf(state);
  if (self < 0) return [];
  const barred = isBarred(state.view.registry, state.account, state.now);
  const upkeep = [...planPrune(state, task), ...(barred ? [] : planModels(state, task)), ...planFinish(state, task)];
  if (barred) return upkeep;
  // The contract knows nothing of the end: the next attempt is open and stays so, since nobody acts in it (R11).
  if (earlyStopOf(state.earlyStopping, task)) return [...upkeep, ...planLateVote(state, task, self)];
  const back = has(task.absent, self) && task.phase !== "finished" ? planComeBack(task) : [];
  return [...upkeep, ...back, ...planLateVote(state, task, self), ...planPhase(state, task, self)];
}

function planComeBack(task: TaskView): Effect[] {
  return [
    {
      type: "act",
      key: `comeBack/${task.round}/${task.absent.toString(16)}`,
      act: { type: "comeBack", taskId: task.taskId },
    },
  ];
}

function planPhase(state: RoundState, task: TaskView, self: number): Effect[] {
  const { attempt } = task;
  if (task.phase === "waiting") return planWaiting(state, task, self);
  if (task.phase === "finished" || !attempt) return [];
  const deadline = planDeadline(state, task, attempt, self);
  if (!has(attempt.snapshot, self)) return deadline;
  switch (attempt.phase) {
    case "submit":
      return [...planSubmit(state, task, attempt, self), ...deadline];
    case "attest":
      return [...planAttest(state, task, attempt, self), ...deadline];
    case "merge":
      return [...planMerge(state, task, attempt, self), ...deadline];
    default:
      // Between an attempt's end and the event that opens the next one, in the same transaction.
      return [];
  }
}
