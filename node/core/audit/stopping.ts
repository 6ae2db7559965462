import type { Bytes32 } from "../primitives.ts";
import { progressOf } from "../stopping/progress.ts";
import { swarmScore } from "../stopping/score.ts";
import { nameOf } from "./nameOf.ts";
import type { CheckContext, Event } from "./checkTask.ts";
import type { StoppedTask } from "./report.ts";
import { type AttemptReplay, placeOf, type TaskReplay } from "./taskReplay.ts";

/** R11 as an audit sees it: the contract knows nothing of a task's early end, honest daemons keep to it, and who does not is named here. */

/** Keeps the score of a round that became final. To be called when it does: votes that come later do not count. */
export function scoreRound(task: TaskReplay, attempt: AttemptReplay, model: Bytes32): void {
  const votes = [...attempt.votes].filter(([, hash]) => hash === model);
  const evaluations = votes.map(([member]) => ({ evaluation: attempt.evaluations.get(member) ?? 0 }));
  task.scores.push({ round: attempt.round, score: swarmScore(evaluations, task.params.f), model });
}

/** The best round so far, of a task that has early stopping. */
export function bestOf(task: TaskReplay): StoppedTask["best"] | undefined {
  const rule = task.rules?.earlyStopping;
  const best = rule && progressOf(rule, task.scores).bests.at(-1);
  const model = task.scores.find(({ round }) => round === best?.round)?.model;
  return best && model !== undefined ? { ...best, model } : undefined;
}

/** Where and with what a task stopped; undefined where it goes on, or came to its last round. */
export function stopOf(task: TaskReplay): StoppedTask | undefined {
  const rule = task.rules?.earlyStopping;
  const after = rule && progressOf(rule, task.scores).stoppedAfter;
  const best = bestOf(task);
  return after === undefined || after >= task.params.rounds || best === undefined
    ? undefined
    : { task: task.taskId, after, best };
}

/** A submission after the end changes nothing by itself: up to f members may do anything. */
export function noteLateSubmission({ record }: CheckContext, task: TaskReplay, event: Event<"UpdateSubmitted">): void {
  const stop = stopOf(task);
  if (stop === undefined) return;
  const text = `${nameOf(task, event.member)} submitted to round ${event.round} although the task had stopped early after round ${stop.after}.`;
  record.notice("STOP_IGNORED", text, placeOf(event, task));
}

/** A round after the end takes a quorum of members who go on against the task's own rule. */
export function checkGoingOn({ record }: CheckContext, task: TaskReplay, event: Event<"RoundFinalized">): void {
  const stop = stopOf(task);
  if (stop === undefined) return;
  const text = `Round ${event.round} was finalized although the task had stopped early after round ${stop.after}.`;
  record.wrong("STOP_IGNORED", text, placeOf(event));
}
