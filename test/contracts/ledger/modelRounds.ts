/** The transitions of the dumb model: how an attempt opens, goes on and ends. */
import type { AbortReason, RoundEvent } from "../../../node/core/ledger/events.ts";
import type { Address, Bytes32 } from "../../../node/core/primitives.ts";
import * as digest from "./digests.ts";
import type { Moment, OpenPhase, RegistryFacts, TaskModel } from "./modelTask.ts";
import { lastOf, maskOf } from "./modelTask.ts";

export class RoundsModel {
  protected readonly where: digest.Where;
  protected readonly registry: RegistryFacts;
  readonly #minPhaseBlocks: number;

  constructor(where: digest.Where, registry: RegistryFacts, minPhaseBlocks: number) {
    this.where = where;
    this.registry = registry;
    this.#minPhaseBlocks = minPhaseBlocks;
  }

  protected absent(task: TaskModel): number[] {
    return task.members.map((_, i) => i).filter((i) => (task.missed.get(i) ?? 0) >= 3);
  }

  protected snapshot(task: TaskModel) {
    const { f, minPeers, startMembers } = task.params;
    const first = task.attempts.length === 0;
    const needed = Math.max(3 * f + 1, minPeers + f, first ? startMembers : 0);
    const eligible = task.members.map((_, i) => i).filter((i) => this.registry.isEligible(task.members[i] as Address));
    const present = eligible.filter((i) => !this.absent(task).includes(i));
    const paused = this.registry.paused();
    const enough = [present, eligible].find((members) => members.length >= needed);
    return { needed, eligible, paused, members: paused ? undefined : enough };
  }

  protected open(task: TaskModel, now: Moment, events: RoundEvent[]): void {
    const { taskId, round, attempt, model } = task;
    const { needed, eligible, paused, members } = this.snapshot(task);
    if (members === undefined) {
      const waiting: RoundEvent = { type: "TaskWaiting", taskId, round, needed, eligible: maskOf(eligible), paused };
      const said = task.said;
      const same = said && said.needed === needed && said.eligible === waiting.eligible && said.paused === paused;
      if (!same) events.push(waiting);
      task.said = waiting;
      return;
    }
    task.said = undefined;
    const snapshot = maskOf(members);
    const opening = digest.opening(this.where, { taskId, round, attempt, base: model, snapshot });
    task.attempts.push({
      round,
      number: attempt,
      snapshot: members,
      opening,
      submissionsDigest: opening,
      submissions: [],
      attestations: new Map(),
      included: [],
      includedDigest: undefined,
      votes: [],
    });
    const until = this.#enter(task, "Submit", task.params.submitSeconds, now);
    events.push({ type: "RoundOpened", taskId, round, attempt, base: model, snapshot, ...until, seen: opening });
  }

  #enter(task: TaskModel, phase: OpenPhase, seconds: number, now: Moment): { deadline: number; deadlineBlock: number } {
    const factor = 2 ** task.growth;
    task.phase = phase;
    task.deadline = now.time + seconds * factor;
    task.deadlineBlock = now.block + this.#minPhaseBlocks * factor;
    return { deadline: task.deadline, deadlineBlock: task.deadlineBlock };
  }

  protected isOver(task: TaskModel, now: Moment): boolean {
    return now.time >= task.deadline && now.block >= task.deadlineBlock;
  }

  protected closeSubmit(task: TaskModel, now: Moment, events: RoundEvent[]): void {
    const { submissions, submissionsDigest: seen } = lastOf(task.attempts);
    if (submissions.length < task.params.minPeers) {
      this.abort(task, "TooFewSubmissions", now, events);
      return;
    }
    const until = this.#enter(task, "Attest", task.params.attestSeconds, now);
    const { taskId, round, attempt } = task;
    const submitted = maskOf(submissions.map((s) => s.member));
    events.push({ type: "SubmissionsClosed", taskId, round, attempt, submitted, ...until, seen });
  }

  protected closeAttest(task: TaskModel, now: Moment, events: RoundEvent[]): void {
    const open = lastOf(task.attempts);
    const included = open.submissions
      .map((s) => s.member)
      .filter(
        (j) => [...open.attestations.values()].filter((a) => a.held.has(j)).length >= Math.max(2, task.params.f + 1),
      );
    if (included.length < task.params.minPeers) {
      this.abort(task, "TooFewHeld", now, events);
      return;
    }
    open.included = included;
    open.includedDigest = digest.included(open.submissionsDigest, maskOf(included));
    const until = this.#enter(task, "Merge", task.params.mergeSeconds, now);
    const { taskId, round, attempt } = task;
    const seen = open.includedDigest;
    events.push({ type: "InclusionFixed", taskId, round, attempt, included: maskOf(included), ...until, seen });
  }

  protected finalize(task: TaskModel, modelHash: Bytes32, now: Moment, events: RoundEvent[]): void {
    const { taskId, round } = task;
    const attempt = lastOf(task.attempts);
    events.push({
      type: "RoundFinalized",
      taskId,
      round,
      attempt: attempt.number,
      included: maskOf(attempt.included),
      modelHash,
    });
    this.#countAbsence(task, events);
    task.finals.push({ attempt, modelHash });
    task.model = modelHash;
    task.round += 1;
    task.attempt = 0;
    task.growth = Math.max(0, task.growth - 1);
    task.phase = "Waiting";
    if (task.finals.length < task.params.rounds) {
      this.open(task, now, events);
      return;
    }
    task.phase = "Finished";
    events.push({ type: "TaskFinished", taskId, rounds: task.params.rounds, modelHash });
  }

  protected abort(task: TaskModel, reason: AbortReason, now: Moment, events: RoundEvent[]): void {
    const { taskId, round, attempt } = task;
    task.growth = Math.min(4, task.growth + 1);
    task.attempt += 1;
    task.phase = "Waiting";
    events.push({ type: "RoundAborted", taskId, round, attempt, reason, growth: task.growth });
    this.#countAbsence(task, events);
    this.open(task, now, events);
  }

  #countAbsence(task: TaskModel, events: RoundEvent[]): void {
    const before = maskOf(this.absent(task));
    const { snapshot, submissions, attestations, votes } = lastOf(task.attempts);
    for (const i of snapshot) {
      const acted = submissions.some((s) => s.member === i) || attestations.has(i) || votes.some((v) => v.member === i);
      task.missed.set(i, acted ? 0 : Math.min(3, (task.missed.get(i) ?? 0) + 1));
    }
    const absent = maskOf(this.absent(task));
    if (absent !== before) events.push({ type: "AbsenceChanged", taskId: task.taskId, absent });
  }
}
