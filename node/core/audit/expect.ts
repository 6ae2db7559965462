import type { CheckContext, Event } from "./checkTask.ts";
import { numberOf } from "./nameOf.ts";
import { type AttemptReplay, placeOf, type TaskReplay } from "./taskReplay.ts";

/** What checks of several events share. */

/** Events that end a phase. */
export type PhaseEnd = Event<"SubmissionsClosed" | "InclusionFixed" | "RoundFinalized" | "RoundAborted">;

/** The open attempt, if the event is for it and in its phase; else a finding and nothing to go on with. */
export function openAttempt(
  context: CheckContext,
  task: TaskReplay,
  event: Event<"UpdateSubmitted" | "UpdatesAttested" | "ModelVoted"> | PhaseEnd,
  phase: TaskReplay["phase"],
): AttemptReplay | undefined {
  const { attempt } = task;
  if (
    attempt !== undefined &&
    task.phase === phase &&
    attempt.round === event.round &&
    attempt.attempt === event.attempt
  )
    return attempt;
  const state =
    attempt === undefined
      ? "no attempt was open"
      : `round ${attempt.round}, attempt ${numberOf(attempt.attempt)} was in phase ${task.phase}`;
  context.record.wrong(
    "OUT_OF_PHASE",
    `${event.type} for round ${event.round}, attempt ${numberOf(event.attempt)} came when ${state}.`,
    placeOf(event, task),
  );
  return undefined;
}

/** The phase ended in time: at its deadline, where not all had acted. */
export function requireDeadline({ record }: CheckContext, attempt: AttemptReplay, event: PhaseEnd, what: string): void {
  const { block, timestamp } = event.at;
  if (timestamp >= attempt.deadline && block >= attempt.deadlineBlock) return;
  const text = `In block ${block} ${what} before all members had acted and before the deadline (${attempt.deadline}, block ${attempt.deadlineBlock}).`;
  record.wrong("TOO_EARLY", text, placeOf(event));
}

/** R1: a phase is as long as the task says, times 2 to the growth, in seconds and in blocks. */
export function checkDeadline(
  { record, deployment }: CheckContext,
  task: TaskReplay,
  event: Event<"RoundOpened" | "SubmissionsClosed" | "InclusionFixed">,
  seconds: number,
): void {
  const deadline = event.at.timestamp + seconds * 2 ** task.growth;
  const deadlineBlock = event.at.block + deployment.minPhaseBlocks * 2 ** task.growth;
  if (event.deadline === deadline && event.deadlineBlock === deadlineBlock) return;
  const text = `The phase's deadline is ${event.deadline}, block ${event.deadlineBlock}; it should be ${deadline}, block ${deadlineBlock}.`;
  record.wrong("DEADLINE_WRONG", text, placeOf(event));
}
