import { sha256 } from "../hash.ts";
import type { EventPosition, RoundEvent } from "../ledger/events.ts";
import { bit, count, has } from "../ledger/masks.ts";
import { isBarred, isEligible, type RegistryView } from "../ledger/view/registry.ts";
import { lackOf } from "../merge/lack.ts";
import { MAX_MEMBERS } from "../primitives.ts";
import { membersNeeded } from "../round/thresholds.ts";
import { parseDocument } from "../task/document.ts";
import { taskParams } from "../task/params.ts";
import { modelSpecs, tensorSpecs } from "../task/tensors.ts";
import { nameOf, numberOf } from "./nameOf.ts";
import { type Deployment, type Keccak256, taskIdOf } from "./digests.ts";
import type { Recorder } from "./recorder.ts";
import { absentMask, newTask, placeOf, type TaskCreation, type TaskReplay, type TaskRules } from "./taskReplay.ts";

export type Event<Type extends RoundEvent["type"]> = Extract<RoundEvent, { type: Type }> & { at: EventPosition };

/** What every check of the ledger needs. */
export interface CheckContext {
  record: Recorder;
  /** As of just before the event. */
  registry: RegistryView;
  deployment: Deployment;
  keccak256: Keccak256;
}

/**
 * TaskCreated: what the contract promises of creator, id, parameters and document. Any eligible node can create a task with a document
 * of junk and the hash of a model that nobody has, so what those hold is for `checkRules`, once the council wanted the task.
 * @returns the task, to be replayed from here on
 */
export function createTask(context: CheckContext, event: Event<"TaskCreated">): TaskReplay {
  const { record, registry, deployment, keccak256 } = context;
  const { taskId, params, creator, document, at } = event;
  const wrong = (text: string) => record.wrong("TASK_INVALID", text, placeOf(event));
  record.counts.tasks++;
  if (!registry.licensors.has(creator) && !isEligible(registry, creator, at.timestamp)) {
    wrong(`The task was created by ${creator}, who is neither a licensor nor licensed.`);
  }
  const id = taskIdOf(keccak256, deployment, params);
  if (id !== taskId) wrong(`The task's id should be ${id}: its parameters are not those that were approved.`);
  const hash = sha256(document);
  if (hash !== params.documentHash)
    wrong(`The task's document has sha256 ${hash}, but its parameters say ${params.documentHash}.`);
  if (
    params.minPeers < Math.max(2, 2 * params.f + 1) ||
    params.startMembers < membersNeeded(params.f, params.minPeers)
  ) {
    wrong(
      `The task's thresholds (minPeers ${params.minPeers}, startMembers ${params.startMembers}) do not fit f = ${params.f}.`,
    );
  }
  return newTask(taskId, params, event);
}

/**
 * Reads the rules of a task's document into `task.rules`: undefined, and said to be wrong, where it cannot be read or contradicts what
 * the contract enforces. In a task that nobody approved that is a notice only.
 */
export function checkRules(record: Recorder, task: TaskReplay, severity: "wrong" | "notice"): void {
  task.rules = readRules(task.created, (text) => record[severity]("TASK_INVALID", text, placeOf(task.created)));
}

function readRules({ document, params }: TaskCreation, wrong: (text: string) => void): TaskRules | undefined {
  try {
    const task = parseDocument(document);
    const expected = taskParams(task, params.documentHash, params.modelHash);
    for (const field of Object.keys(expected) as (keyof typeof expected)[]) {
      if (expected[field] !== params[field])
        wrong(`The task's document says ${field} ${expected[field]}, the ledger ${params[field]}.`);
    }
    const lack = lackOf(task.merge, params.minPeers, params.f);
    if (lack !== undefined) wrong(`The task's merge rule does not fit minPeers: ${lack.message}`);
    return {
      specs: tensorSpecs(task),
      modelSpecs: modelSpecs(task),
      merge: task.merge,
      maxNorm: task.limits.maxUpdateNorm,
      retainRounds: task.retainRounds,
      earlyStopping: task.training.earlyStopping,
    };
  } catch (error) {
    wrong(`The task's document cannot be read: ${(error as Error).message}`);
    return undefined;
  }
}

/** MemberJoined: the task approved, the account licensed and not in yet, the index the next one. */
export function checkJoin(context: CheckContext, task: TaskReplay, event: Event<"MemberJoined">): void {
  const { record, registry } = context;
  const { account, index, at } = event;
  const wrong = (text: string) => record.wrong("MEMBER_INVALID", text, { ...placeOf(event), member: index, account });
  if (!registry.approvedTasks.has(task.taskId)) wrong(`${account} joined a task that the council has not approved.`);
  if (!isEligible(registry, account, at.timestamp))
    wrong(`${account} joined without a licence that counts and a registered node.`);
  if (task.members.includes(account)) wrong(`${account} joined twice.`);
  if (index !== task.members.length || index >= MAX_MEMBERS)
    wrong(`${account} joined as member ${numberOf(index)}; the next one is ${numberOf(task.members.length)}.`);
  task.members.push(account);
  task.missed.push(0);
}

/** AbsenceChanged: at the end of an attempt what the count of missed ones gives; at other times one absent member that came back. */
export function checkAbsence(
  { record, registry }: CheckContext,
  task: TaskReplay,
  event: Event<"AbsenceChanged">,
): void {
  const expected = absentMask(task);
  if (event.absent === expected) return;
  const back = task.members.findIndex(
    (_, member) => has(expected, member) && (expected & ~bit(member)) === event.absent,
  );
  const account = task.members[back];
  if (account === undefined) {
    record.wrong(
      "ABSENCE_WRONG",
      `The ledger's set of absent members (mask ${event.absent}) should be ${expected}.`,
      placeOf(event),
    );
  } else if (isBarred(registry, account, event.at.timestamp)) {
    record.wrong(
      "ACT_BARRED",
      `${nameOf(task, back)} came back although its licence is revoked or suspended.`,
      placeOf(event),
    );
  }
  task.missed = task.missed.map((missed, member) =>
    has(event.absent, member) ? 3 : has(expected, member) ? 0 : missed,
  );
}

/** TaskWaiting: no attempt could open, by the licences of that time. */
export function checkWaiting({ record, registry }: CheckContext, task: TaskReplay, event: Event<"TaskWaiting">): void {
  const eligible = eligibleMask(registry, task, event.at.timestamp);
  const needed = neededMembers(task);
  if (
    event.eligible !== eligible ||
    event.needed !== needed ||
    event.paused !== registry.paused ||
    task.phase !== "waiting"
  ) {
    record.wrong(
      "SNAPSHOT_WRONG",
      `The task is said to wait for ${event.needed} of members ${event.eligible}; by the licences it is ${needed} of ${eligible}.`,
      placeOf(event),
    );
  } else if (!registry.paused && count(eligible) >= needed) {
    record.wrong(
      "SNAPSHOT_WRONG",
      `The task is said to wait although ${count(eligible)} members are licensed and ${needed} suffice.`,
      placeOf(event),
    );
  }
}

/** TaskFinished: after the last round, with its model. */
export function checkFinish({ record }: CheckContext, task: TaskReplay, event: Event<"TaskFinished">): void {
  const { rounds } = task.params;
  if (
    event.rounds !== rounds ||
    task.round !== rounds + 1 ||
    event.modelHash !== task.model ||
    task.phase !== "waiting"
  ) {
    const text = `The task is said to be finished after ${event.rounds} rounds with ${event.modelHash}; after round ${task.round - 1} of ${rounds} its model is ${task.model}.`;
    record.wrong("FINISH_WRONG", text, placeOf(event));
  }
  task.phase = "finished";
}

/** Members licensed and registered now. */
export function eligibleMask(registry: RegistryView, task: TaskReplay, time: number): bigint {
  return task.members.reduce(
    (mask, account, member) => (isEligible(registry, account, time) ? mask | bit(member) : mask),
    0n,
  );
}

/** Members that the next snapshot needs; the very first waits for `startMembers`. */
export function neededMembers({ params, round, attemptNumber }: TaskReplay): number {
  const needed = membersNeeded(params.f, params.minPeers);
  return round === 1 && attemptNumber === 0 ? Math.max(params.startMembers, needed) : needed;
}
