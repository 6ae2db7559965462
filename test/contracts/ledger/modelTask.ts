/** What the dumb model keeps of a task: everything, as plain lists and sets. */
import type { RoundEvent, TaskParams } from "../../../node/core/ledger/events.ts";
import type { Address, Bytes32 } from "../../../node/core/primitives.ts";
import type { Submission } from "./digests.ts";

/** The contract refuses the act with the custom error of this name. */
export class Refused extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** Unix seconds and height of the block an act is in. */
export interface Moment {
  time: number;
  block: number;
}

/** What the registry says at the moment it is asked. */
export interface RegistryFacts {
  isLicensor(account: Address): boolean;
  isEligible(account: Address): boolean;
  isBarred(account: Address): boolean;
  isTaskApproved(taskId: Bytes32): boolean;
  paused(): boolean;
}

export type OpenPhase = "Submit" | "Attest" | "Merge";

export interface AttemptModel {
  round: number;
  number: number;
  /** Members by index, ascending. */
  snapshot: number[];
  opening: Bytes32;
  submissionsDigest: Bytes32;
  submissions: Submission[];
  attestations: Map<number, { held: Set<number>; refused: Set<number> }>;
  included: number[];
  includedDigest: Bytes32 | undefined;
  votes: { member: number; modelHash: Bytes32 }[];
}

export interface TaskModel {
  taskId: Bytes32;
  params: TaskParams;
  phase: "Waiting" | OpenPhase | "Finished";
  model: Bytes32;
  round: number;
  attempt: number;
  growth: number;
  deadline: number;
  deadlineBlock: number;
  members: Address[];
  /** Attempts in a row without any act, by member. */
  missed: Map<number, number>;
  /** Every attempt that was ever opened. */
  attempts: AttemptModel[];
  finals: { attempt: AttemptModel; modelHash: Bytes32 }[];
  /** What the last TaskWaiting said, while nothing has opened since. */
  said: Extract<RoundEvent, { type: "TaskWaiting" }> | undefined;
}

export function newTask(taskId: Bytes32, params: TaskParams): TaskModel {
  return {
    taskId,
    params,
    phase: "Waiting",
    model: params.modelHash,
    round: 1,
    attempt: 0,
    growth: 0,
    deadline: 0,
    deadlineBlock: 0,
    members: [],
    missed: new Map(),
    attempts: [],
    finals: [],
    said: undefined,
  };
}

export function lastOf<T>(list: readonly T[]): T {
  const last = list.at(-1);
  if (last === undefined) throw new Error("the model has no open attempt where it needs one");
  return last;
}

export const maskOf = (members: Iterable<number>): bigint =>
  [...members].reduce((mask, i) => mask | (1n << BigInt(i)), 0n);

export const membersIn = (mask: bigint): number[] =>
  Array.from({ length: 256 }, (_, i) => i).filter((i) => (mask >> BigInt(i)) & 1n);

/** The model's task as `ISwarmLedger.stateOf` would show it. */
export function stateOfModel(task: TaskModel) {
  const open = task.phase === "Waiting" || task.phase === "Finished" ? undefined : lastOf(task.attempts);
  const seen = {
    Submit: open?.opening,
    Attest: open?.submissionsDigest,
    Merge: open?.includedDigest,
    Waiting: undefined,
    Finished: undefined,
  };
  const submitters = open?.submissions.map((s) => s.member) ?? [];
  const decided = [...(open?.attestations ?? [])].filter(([, a]) =>
    submitters.every((j) => a.held.has(j) || a.refused.has(j)),
  );
  return {
    phase: task.phase,
    round: task.round,
    attempt: task.attempt,
    growth: task.growth,
    deadline: open ? task.deadline : 0,
    deadlineBlock: open ? task.deadlineBlock : 0,
    model: task.model,
    seen: seen[task.phase] ?? `0x${"0".repeat(64)}`,
    snapshot: maskOf(open?.snapshot ?? []),
    submitted: maskOf(submitters),
    decided: maskOf(decided.map(([member]) => member)),
    voted: maskOf(open?.votes.map((v) => v.member) ?? []),
    included: maskOf(open?.included ?? []),
    absent: maskOf([...task.missed].filter(([, count]) => count >= 3).map(([member]) => member)),
  };
}
