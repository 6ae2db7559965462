import { SwarmError } from "../../errors.ts";
import { swarmScore } from "../../stopping/score.ts";
import type { EventPosition, RoundEvent } from "../events.ts";
import { NO_EVALUATION } from "../events.ts";
import { bit, members } from "../masks.ts";
import { type AttemptView, type FinalRound, idleIn, type TaskView } from "./task.ts";

type TaskEvent = Exclude<RoundEvent, { type: "TaskCreated" | "RoundOpened" }> & { at: EventPosition };

/** Applies an event of a task that exists; mutates `task`. @throws SwarmError LEDGER_OUT_OF_ORDER for an act outside of its attempt */
export function applyRoundEvent(task: TaskView, event: TaskEvent): void {
  switch (event.type) {
    case "MemberJoined":
      task.members[event.index] = event.account;
      return;
    case "AbsenceChanged":
      task.absent = event.absent;
      return;
    case "TaskWaiting":
      // Said again when the number of those who are missing changes, which ends no wait.
      task.waiting = {
        needed: event.needed,
        eligible: event.eligible,
        paused: event.paused,
        since:
          task.phase === "waiting" && task.waiting?.paused === event.paused ? task.waiting.since : event.at.timestamp,
      };
      task.phase = "waiting";
      return;
    case "TaskFinished":
      task.phase = "finished";
      return;
    case "ModelVoted":
      recordVote(task, event);
      return;
    default:
      applyAttemptEvent(task, attemptOf(task, event), event);
  }
}

function attemptOf(task: TaskView, event: TaskEvent & { round: number; attempt: number }): AttemptView {
  const { attempt } = task;
  if (attempt?.round !== event.round || attempt.attempt !== event.attempt) {
    throw new SwarmError(
      "LEDGER_OUT_OF_ORDER",
      `${event.type} in block ${event.at.block} belongs to round ${event.round}, attempt ${event.attempt}, which is not the open one: read the ledger from its deployment on`,
    );
  }
  return attempt;
}

type AttemptEvent = Extract<
  TaskEvent,
  {
    type:
      | "UpdateSubmitted"
      | "SubmissionsClosed"
      | "UpdatesAttested"
      | "InclusionFixed"
      | "RoundFinalized"
      | "RoundAborted";
  }
>;

function applyAttemptEvent(task: TaskView, attempt: AttemptView, event: AttemptEvent): void {
  switch (event.type) {
    case "UpdateSubmitted": {
      const { member, sha256, cid, weight } = event;
      attempt.submissions.set(member, { member, sha256, cid, weight });
      task.filed.set(member, { round: attempt.round, sha256, weight });
      return;
    }
    case "SubmissionsClosed":
      Object.assign(attempt, {
        phase: "attest",
        deadline: event.deadline,
        deadlineBlock: event.deadlineBlock,
        seen: event.seen,
        phaseSince: event.at.timestamp,
      });
      publish(task, attempt);
      return;
    case "UpdatesAttested": {
      const before = attempt.attestations.get(event.member) ?? { held: 0n, refused: 0n };
      attempt.attestations.set(event.member, {
        held: before.held | event.held,
        refused: before.refused | event.refused,
      });
      return;
    }
    case "InclusionFixed":
      Object.assign(attempt, {
        phase: "merge",
        deadline: event.deadline,
        deadlineBlock: event.deadlineBlock,
        seen: event.seen,
        phaseSince: event.at.timestamp,
      });
      attempt.included = event.included;
      return;
    case "RoundFinalized":
      finalize(task, attempt, event.modelHash, event.at);
      task.idle = idleIn(attempt);
      return;
    case "RoundAborted":
      task.idle = idleIn(attempt);
      attempt.phase = "aborted";
      task.aborts++;
  }
}

/** From the closing of submissions on, members of the snapshot may ask for what was submitted (R2, R5). */
function publish(task: TaskView, attempt: AttemptView): void {
  const { round } = attempt;
  for (const { member, sha256, cid } of attempt.submissions.values()) {
    const all = task.published.get(sha256) ?? [];
    const before = all.find((it) => it.round === round && it.member === member);
    const { snapshot, cids } = before ?? { snapshot: 0n, cids: [] };
    const publication = { round, member, snapshot: attempt.snapshot | snapshot, cids: [...cids, cid] };
    task.published.set(sha256, [...all.filter((it) => it !== before), publication]);
  }
}

function finalize(task: TaskView, attempt: AttemptView, modelHash: FinalRound["modelHash"], at: EventPosition): void {
  attempt.phase = "final";
  const votes = [...attempt.votes.values()].filter((vote) => vote.modelHash === modelHash);
  const score = swarmScore(votes, task.params.f);
  const scores = votes.map((vote) => vote.evaluation).filter((evaluation) => evaluation !== NO_EVALUATION);
  task.history.push({
    round: attempt.round,
    attempt: attempt.attempt,
    base: attempt.base,
    modelHash,
    seen: attempt.seen,
    included: members(attempt.included).flatMap((member) => attempt.submissions.get(member) ?? []),
    voters: votes.reduce((mask, { member }) => mask | bit(member), 0n),
    ...(scores.length > 0 ? { evaluation: scores.reduce((a, b) => a + b, 0) / scores.length / 10_000 } : {}),
    ...(score === undefined ? {} : { score }),
    at,
  });
  task.model = modelHash;
  task.round = attempt.round + 1;
  task.finalAttempt = attempt;
}

function recordVote(task: TaskView, event: Extract<TaskEvent, { type: "ModelVoted" }>): void {
  const { member, modelHash, evaluation, late } = event;
  const attempt = late ? task.finalAttempt : attemptOf(task, event);
  if (!attempt) {
    throw new SwarmError("LEDGER_OUT_OF_ORDER", `a late vote in block ${event.at.block} has no final round before it`);
  }
  attempt.votes.set(member, { member, modelHash, evaluation, late });
  const final = late ? task.history.at(-1) : undefined;
  if (final) final.voters |= bit(member);
}
