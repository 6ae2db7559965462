import { count } from "../../../core/ledger/masks.ts";
import type { TaskParams } from "../../../core/ledger/events.ts";
import type { Address, Bytes32, MemberMask } from "../../../core/primitives.ts";
import type { LedgerRules } from "./rules.ts";
import { ZERO_HASH } from "./transaction.ts";

/** `ISwarmLedger.Phase`. */
export const Phase = { None: 0, Waiting: 1, Submit: 2, Attest: 3, Merge: 4, Finished: 5 } as const;

/** State of contracts/lib/Task.sol; one record per member where that has masks and mappings. */
export interface TaskState {
  params: TaskParams;
  phase: number;
  round: number;
  attempt: number;
  growth: number;
  deadline: number;
  deadlineBlock: number;
  model: Bytes32;
  seen: Bytes32;
  snapshot: MemberMask;
  submitted: MemberMask;
  attested: MemberMask;
  decided: MemberMask;
  voted: MemberMask;
  included: MemberMask;
  members: Member[];
  /** Equal votes of the open attempt, by model hash. */
  votes: Map<Bytes32, number>;
  final: { attempt: number; seen: Bytes32; snapshot: MemberMask; voted: MemberMask };
}

export interface Member {
  account: Address;
  /** The file that this round fixed for the member (R2). */
  file: Bytes32 | undefined;
  held: MemberMask;
  refused: MemberMask;
  /** Attempts missed in a row, 0 to 3. */
  missed: number;
}

export function newTask(params: TaskParams): TaskState {
  return {
    params,
    phase: Phase.Waiting,
    round: 1,
    attempt: 0,
    growth: 0,
    deadline: 0,
    deadlineBlock: 0,
    model: params.modelHash,
    seen: ZERO_HASH,
    snapshot: 0n,
    submitted: 0n,
    attested: 0n,
    decided: 0n,
    voted: 0n,
    included: 0n,
    members: [],
    votes: new Map(),
    final: { attempt: 0, seen: ZERO_HASH, snapshot: 0n, voted: 0n },
  };
}

export const isOpen = (task: TaskState): boolean =>
  task.phase === Phase.Submit || task.phase === Phase.Attest || task.phase === Phase.Merge;

/** Members that missed three attempts in a row. */
export function absent(task: TaskState): MemberMask {
  return task.members.reduce((mask, { missed }, i) => (missed === 3 ? mask | (1n << BigInt(i)) : mask), 0n);
}

export function neededMembers({ members }: LedgerRules, { params, round, attempt }: TaskState): number {
  const needed = members(params);
  return round === 1 && attempt === 0 ? Math.max(needed, params.startMembers) : needed;
}

export const neededHolders = ({ holders, f }: LedgerRules, { params, snapshot }: TaskState): number =>
  holders(f(params, snapshot));

export const neededVotes = ({ votes, f }: LedgerRules, { params, snapshot }: TaskState): number =>
  votes(count(snapshot), f(params, snapshot));
