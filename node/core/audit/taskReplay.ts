import type { EventPosition, RoundEvent, TaskParams } from "../ledger/events.ts";
import type { Submission } from "../ledger/view/task.ts";
import type { MergeConfig } from "../merge/rule.ts";
import type { Address, Bytes32, MemberMask } from "../primitives.ts";
import type { StoppingRule } from "../stopping/progress.ts";
import type { Model, TensorSpec } from "../weights.ts";
import type { Where } from "./report.ts";

/** What an audit needs of a task's document. */
export interface TaskRules {
  /** Of updates. */
  specs: readonly TensorSpec[];
  /** Of models. */
  modelSpecs: readonly TensorSpec[];
  merge: MergeConfig;
  maxNorm: number;
  retainRounds: number | "all";
  earlyStopping?: StoppingRule | undefined;
}

/** The attempt that is open, or was last. Kept apart from the daemon's view: an audit checks with state of its own. */
export interface AttemptReplay {
  round: number;
  attempt: number;
  base: Bytes32;
  snapshot: MemberMask;
  deadline: number;
  deadlineBlock: number;
  /** Opening digest, then that of the submissions so far, then that of the included set. */
  seen: Bytes32;
  submissions: Map<number, Submission>;
  attestations: Map<number, { held: MemberMask; refused: MemberMask }>;
  votes: Map<number, Bytes32>;
  /** What each of these votes carried. */
  evaluations: Map<number, number>;
  included: MemberMask;
}

export type TaskCreation = Extract<RoundEvent, { type: "TaskCreated" }> & { at: EventPosition };

export interface TaskReplay {
  taskId: Bytes32;
  params: TaskParams;
  created: TaskCreation;
  /** The council approved it, or a member joined all the same: its document and first model count from then on. */
  wanted: boolean;
  /** undefined before `wanted`, and where the document could not be read; nothing in files can be checked then. */
  rules: TaskRules | undefined;
  members: Address[];
  phase: "waiting" | "submit" | "attest" | "merge" | "finished";
  /** The round that is open or opens next, and its attempt. */
  round: number;
  attemptNumber: number;
  growth: number;
  model: Bytes32;
  attempt: AttemptReplay | undefined;
  /** The attempt that made the current model final. */
  final: AttemptReplay | undefined;
  /** By member: attempts missed in a row, 0 to 3. */
  missed: number[];
  /** By member: the file that earlier attempts of this round fixed (R2). */
  fixed: Map<number, Bytes32>;
  /** Attempts of this round that were aborted after their files had been published. */
  abandoned: AttemptReplay[];
  /** All of `model`, where it could be had. */
  current: Model | undefined;
  /** Final rounds by the swarm's score. */
  scores: { round: number; score: number | undefined; model: Bytes32 }[];
  /** Files that nobody had; whether that is wrong depends on how many rounds follow. */
  missing: { text: string; where: Where; round: number }[];
}

export function newTask(taskId: Bytes32, params: TaskParams, created: TaskCreation): TaskReplay {
  return {
    taskId,
    params,
    created,
    wanted: false,
    rules: undefined,
    members: [],
    phase: "waiting",
    round: 1,
    attemptNumber: 0,
    growth: 0,
    model: params.modelHash,
    attempt: undefined,
    final: undefined,
    missed: [],
    fixed: new Map(),
    abandoned: [],
    current: undefined,
    scores: [],
    missing: [],
  };
}

/** Members that missed three attempts in a row. */
export function absentMask(task: TaskReplay): MemberMask {
  return task.missed.reduce((mask, missed, member) => (missed >= 3 ? mask | (1n << BigInt(member)) : mask), 0n);
}

/** Where in the history an event of a task stands. */
export function placeOf(
  event: { taskId: Bytes32; round?: number; attempt?: number; member?: number; at: EventPosition },
  task?: TaskReplay,
): Where {
  const account = event.member === undefined ? undefined : task?.members[event.member];
  return {
    task: event.taskId,
    ...(event.round === undefined ? {} : { round: event.round }),
    ...(event.attempt === undefined ? {} : { attempt: event.attempt }),
    ...(event.member === undefined ? {} : { member: event.member }),
    ...(account === undefined ? {} : { account }),
    block: event.at.block,
    transaction: event.at.transaction,
  };
}
