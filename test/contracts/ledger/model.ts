/**
 * The round protocol once more, deliberately dumb: sets, lists and nested loops instead of masks and counters, everything kept,
 * nothing packed. Written from DESIGN's rules R1 to R3 and R8 to R10, not from the contract. Whatever implements the ledger (the
 * contract, the memory ledger) can be run beside it: same acts in, same events or the same refusal out.
 */
import type { RoundAct } from "../../../node/core/ledger/acts.ts";
import type { RoundEvent } from "../../../node/core/ledger/events.ts";
import type { Address, Bytes32 } from "../../../node/core/primitives.ts";
import * as digest from "./digests.ts";
import { checkParams } from "./modelParams.ts";
import { RoundsModel } from "./modelRounds.ts";
import type { Moment, OpenPhase, TaskModel } from "./modelTask.ts";
import { lastOf, maskOf, membersIn, newTask, Refused } from "./modelTask.ts";

export class LedgerModel extends RoundsModel {
  readonly tasks = new Map<Bytes32, TaskModel>();
  /** What the act does, as events in their order. @throws Refused with the contract's error name; nothing has changed then. */
  act(sender: Address, act: RoundAct, now: Moment): RoundEvent[] {
    const events: RoundEvent[] = [];
    if (act.type === "createTask") this.#create(sender, act, events);
    else if (act.type === "join") this.#join(sender, this.#task(act.taskId), now, events);
    else if (act.type === "comeBack") this.#comeBack(sender, this.#task(act.taskId), now, events);
    else if (act.type === "advance") this.#advance(this.#task(act.taskId), now, events);
    else if (act.type === "submit") this.#submit(sender, this.#task(act.ref.taskId), act, now, events);
    else if (act.type === "attest") this.#attest(sender, this.#task(act.ref.taskId), act, now, events);
    else this.#vote(sender, this.#task(act.ref.taskId), act, now, events);
    return events;
  }

  canAdvance(taskId: Bytes32, now: Moment): boolean {
    const task = this.tasks.get(taskId);
    if (task === undefined || task.phase === "Finished") return false;
    return task.phase === "Waiting" ? this.snapshot(task).members !== undefined : this.isOver(task, now);
  }

  #task(taskId: Bytes32): TaskModel {
    const task = this.tasks.get(taskId);
    if (task === undefined) throw new Refused("UnknownTask");
    return task;
  }

  #create(sender: Address, act: Extract<RoundAct, { type: "createTask" }>, events: RoundEvent[]): void {
    if (!this.registry.isLicensor(sender) && !this.registry.isEligible(sender)) throw new Refused("NotEligible");
    const { params, document, modelCid } = act;
    const taskId = digest.taskId(this.where, params);
    if (this.tasks.has(taskId)) throw new Refused("TaskExists");
    checkParams(params, document, modelCid);
    this.tasks.set(taskId, newTask(taskId, params));
    events.push({ type: "TaskCreated", taskId, creator: sender, params, document, modelCid });
  }

  #join(sender: Address, task: TaskModel, now: Moment, events: RoundEvent[]): void {
    if (task.phase === "Finished") throw new Refused("TaskFinishedAlready");
    if (!this.registry.isTaskApproved(task.taskId)) throw new Refused("NotApproved");
    if (!this.registry.isEligible(sender)) throw new Refused("NotEligible");
    if (task.members.includes(sender)) throw new Refused("AlreadyMember");
    if (task.members.length >= 256) throw new Refused("TaskFull");
    task.members.push(sender);
    events.push({ type: "MemberJoined", taskId: task.taskId, account: sender, index: task.members.length - 1 });
    if (task.phase === "Waiting") this.open(task, now, events);
  }

  #comeBack(sender: Address, task: TaskModel, now: Moment, events: RoundEvent[]): void {
    if (task.phase === "Finished") throw new Refused("TaskFinishedAlready");
    const member = this.#member(sender, task);
    if ((task.missed.get(member) ?? 0) < 3) throw new Refused("NotAbsent");
    task.missed.set(member, 0);
    events.push({ type: "AbsenceChanged", taskId: task.taskId, absent: maskOf(this.absent(task)) });
    if (task.phase === "Waiting") this.open(task, now, events);
  }

  #submit(
    sender: Address,
    task: TaskModel,
    act: Extract<RoundAct, { type: "submit" }>,
    now: Moment,
    events: RoundEvent[],
  ) {
    const member = this.#actor(sender, task, act.ref, "Submit");
    const attempt = lastOf(task.attempts);
    if (act.ref.seen !== attempt.opening) throw new Refused("WrongDigest");
    if (attempt.submissions.some((s) => s.member === member)) throw new Refused("AlreadySubmitted");
    if (act.cid.length < 1 || act.cid.length > 128) throw new Refused("InvalidCid");
    if (act.weight < 1 || act.weight > task.params.maxWeight) throw new Refused("InvalidWeight");
    const earlier = task.attempts
      .filter((a) => a.round === task.round)
      .flatMap((a) => a.submissions)
      .find((s) => s.member === member);
    const { sha256, cid, weight } = act;
    if (BigInt(sha256) === 0n || (earlier && earlier.sha256 !== sha256)) throw new Refused("FileChanged");
    attempt.submissions.push({ member, sha256, cid, weight });
    attempt.submissionsDigest = digest.submissions(attempt.submissionsDigest, { member, sha256, cid, weight });
    const { taskId, round } = task;
    const seen = attempt.submissionsDigest;
    events.push({ type: "UpdateSubmitted", taskId, round, attempt: task.attempt, member, sha256, cid, weight, seen });
    if (attempt.submissions.length === attempt.snapshot.length) this.closeSubmit(task, now, events);
  }

  #attest(
    sender: Address,
    task: TaskModel,
    act: Extract<RoundAct, { type: "attest" }>,
    now: Moment,
    events: RoundEvent[],
  ) {
    const member = this.#actor(sender, task, act.ref, "Attest");
    const attempt = lastOf(task.attempts);
    if (act.ref.seen !== attempt.submissionsDigest) throw new Refused("WrongDigest");
    const before = attempt.attestations.get(member) ?? { held: new Set(), refused: new Set() };
    const held = new Set([...before.held, ...membersIn(act.held)]);
    const refused = new Set([...before.refused, ...membersIn(act.refused)]);
    const submitters = attempt.submissions.map((s) => s.member);
    const unknown = [...held, ...refused].some((j) => !submitters.includes(j));
    const both = [...held].some((j) => refused.has(j));
    const nothingNew = held.size === before.held.size && refused.size === before.refused.size;
    if (unknown || both || nothingNew) throw new Refused("InvalidAttestation");
    attempt.attestations.set(member, { held, refused });
    const { taskId, round } = task;
    const masks = { held: maskOf(held), refused: maskOf(refused) };
    events.push({ type: "UpdatesAttested", taskId, round, attempt: task.attempt, member, ...masks });
    const allDecided = attempt.snapshot.every((i) => {
      const { held, refused } = attempt.attestations.get(i) ?? before;
      return attempt.attestations.has(i) && submitters.every((j) => held.has(j) || refused.has(j));
    });
    if (allDecided) this.closeAttest(task, now, events);
  }

  #vote(
    sender: Address,
    task: TaskModel,
    act: Extract<RoundAct, { type: "vote" }>,
    now: Moment,
    events: RoundEvent[],
  ): void {
    const final = task.finals.at(-1);
    const { ref, modelHash, evaluation } = act;
    const late =
      final !== undefined &&
      ref.round === final.attempt.round &&
      ref.attempt === final.attempt.number &&
      modelHash === final.modelHash &&
      ref.round === task.round - 1;
    const member = late ? this.#member(sender, task) : this.#actor(sender, task, ref, "Merge");
    const attempt = late ? final.attempt : lastOf(task.attempts);
    if (!attempt.snapshot.includes(member)) throw new Refused("NotInSnapshot");
    if (ref.seen !== attempt.includedDigest) throw new Refused("WrongDigest");
    if (attempt.votes.some((v) => v.member === member)) throw new Refused("AlreadyVoted");
    if (evaluation !== 65535 && (!task.params.evaluations || evaluation > 10000))
      throw new Refused("InvalidEvaluation");
    attempt.votes.push({ member, modelHash });
    const { taskId } = task;
    const { round, number } = attempt;
    events.push({ type: "ModelVoted", taskId, round, attempt: number, member, modelHash, evaluation, late });
    const equal = attempt.votes.filter((v) => v.modelHash === modelHash).length;
    const n = attempt.snapshot.length;
    if (!late && equal >= Math.floor((n + task.params.f) / 2) + 1) this.finalize(task, modelHash, now, events);
  }

  #advance(task: TaskModel, now: Moment, events: RoundEvent[]): void {
    if (!this.canAdvance(task.taskId, now)) throw new Refused("TooEarly");
    if (task.phase === "Waiting") this.open(task, now, events);
    else if (task.phase === "Submit") this.closeSubmit(task, now, events);
    else if (task.phase === "Attest") this.closeAttest(task, now, events);
    else this.abort(task, "NoQuorum", now, events);
  }

  #member(sender: Address, task: TaskModel): number {
    const member = task.members.indexOf(sender);
    if (member < 0) throw new Refused("NotMember");
    if (this.registry.isBarred(sender)) throw new Refused("Barred");
    return member;
  }

  #actor(sender: Address, task: TaskModel, ref: { round: number; attempt: number }, phase: OpenPhase): number {
    const member = this.#member(sender, task);
    if (task.phase !== phase) throw new Refused("WrongPhase");
    if (ref.round !== task.round || ref.attempt !== task.attempt) throw new Refused("WrongAttempt");
    if (!lastOf(task.attempts).snapshot.includes(member)) throw new Refused("NotInSnapshot");
    return member;
  }
}
