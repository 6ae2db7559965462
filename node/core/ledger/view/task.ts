import type { Address, Bytes32, Cid, MemberMask } from "../../primitives.ts";
import type { EventPosition, RoundEvent, TaskParams } from "../events.ts";
import { bit, count, has } from "../masks.ts";
import type { RegistrationView } from "./registry.ts";

export interface Submission {
  member: number;
  sha256: Bytes32;
  cid: Cid;
  weight: number;
}

export interface Vote {
  member: number;
  modelHash: Bytes32;
  evaluation: number;
  late: boolean;
}

/** One attempt at a round, from its opening on. Members are indices into `TaskView.members`. */
export interface AttemptView {
  round: number;
  attempt: number;
  base: Bytes32;
  snapshot: MemberMask;
  /** Size of the snapshot: n of the protocol. */
  n: number;
  phase: "submit" | "attest" | "merge" | "final" | "aborted";
  /** Unix seconds and block height that end the phase (R1). */
  deadline: number;
  deadlineBlock: number;
  /** Digest that the next act must name (R3). */
  seen: Bytes32;
  /** Unix seconds of the block in which the phase began. */
  phaseSince: number;
  openedAt: EventPosition;
  submissions: Map<number, Submission>;
  attestations: Map<number, { held: MemberMask; refused: MemberMask }>;
  votes: Map<number, Vote>;
  included: MemberMask;
  /** Registrations in force at the opening: whom files of this attempt are sealed to (DESIGN 5). */
  recipients: readonly RegistrationView[];
}

/** What one member submitted to one round: as its author, if the file's header says so too (R2). */
export interface Publication {
  round: number;
  member: number;
  /** Members of all snapshots it was submitted to: they may ask for it (R5). */
  snapshot: MemberMask;
  /** The sealed forms, one per attempt. */
  cids: readonly Cid[];
}

/** A round that is final, as far as later rounds and audits need it. */
export interface FinalRound {
  round: number;
  attempt: number;
  base: Bytes32;
  modelHash: Bytes32;
  /** Digest of the included set: what votes named (R3), and what merges draw by. */
  seen: Bytes32;
  /** Contributors in ledger order; a daemon forgets them once it has deleted the round's files. */
  included: readonly Submission[];
  voters: MemberMask;
  /** Mean of the evaluations that votes carried, 0 to 1; undefined where there was none. */
  evaluation?: number;
  /** The swarm's score (core/stopping/score.ts), 0 to 10,000; late votes change nothing about it. */
  score?: number;
  at: EventPosition;
}

/** Everything SwarmLedger's events tell of one task, up to one point of the history. */
export interface TaskView {
  taskId: Bytes32;
  params: TaskParams;
  creator: Address;
  document: Uint8Array;
  modelCid: Cid;
  createdAt: EventPosition;
  members: Address[];
  absent: MemberMask;
  /** Members that did nothing at all in the last attempt that ended; three such attempts in a row make them absent. */
  idle: MemberMask;
  phase: "waiting" | "running" | "finished";
  /** Round that is open or opens next, from 1. */
  round: number;
  /** Hash of the current model. */
  model: Bytes32;
  /** The open attempt, or the last one. */
  attempt: AttemptView | undefined;
  /** The attempt that finalized the last final round: late votes go to it. */
  finalAttempt: AttemptView | undefined;
  /** Why no attempt is open, where the ledger said so, and since when (unix seconds). */
  waiting: { needed: number; eligible: MemberMask; paused: boolean; since: number } | undefined;
  history: FinalRound[];
  /** Updates that were opened to members, by file hash. Hashes are public and can be copied, so one may have several who claim it. */
  published: Map<Bytes32, readonly Publication[]>;
  /** The last file each member submitted, and for which round: it may submit no other one in that round (R2). */
  filed: Map<number, { round: number; sha256: Bytes32; weight: number }>;
  aborts: number;
}

export function createTaskView(event: Extract<RoundEvent, { type: "TaskCreated" }> & { at: EventPosition }): TaskView {
  const { taskId, params, creator, document, modelCid, at } = event;
  return {
    taskId,
    params,
    creator,
    document,
    modelCid,
    createdAt: at,
    members: [],
    absent: 0n,
    idle: 0n,
    phase: "waiting",
    round: 1,
    model: params.modelHash,
    attempt: undefined,
    finalAttempt: undefined,
    waiting: undefined,
    history: [],
    published: new Map(),
    filed: new Map(),
    aborts: 0,
  };
}

export const memberOf = (view: TaskView, account: Address): number => view.members.indexOf(account);

/** Whether a task ever had this model, as its first or as a round's. */
export const isModelOf = (view: TaskView, sha256: Bytes32): boolean =>
  view.params.modelHash === sha256 || view.history.some(({ modelHash }) => modelHash === sha256);

/** Members whose attestations hold submission `member`. */
export function holdersOf(attempt: AttemptView, member: number): number[] {
  return [...attempt.attestations].filter(([, { held }]) => has(held, member)).map(([holder]) => holder);
}

/** Members of an attempt that did nothing in it, as the contract counts them. */
export function idleIn({ snapshot, submissions, attestations, votes }: AttemptView): MemberMask {
  const acted = [submissions, attestations, votes].flatMap((acts) => [...acts.keys()]);
  return snapshot & ~acted.reduce((mask, member) => mask | bit(member), 0n);
}

export function openAttempt(
  event: Extract<RoundEvent, { type: "RoundOpened" }> & { at: EventPosition },
  recipients: readonly RegistrationView[],
): AttemptView {
  const { round, attempt, base, snapshot, deadline, deadlineBlock, seen, at } = event;
  return {
    round,
    attempt,
    base,
    snapshot,
    n: count(snapshot),
    phase: "submit",
    deadline,
    deadlineBlock,
    seen,
    phaseSince: at.timestamp,
    openedAt: at,
    submissions: new Map(),
    attestations: new Map(),
    votes: new Map(),
    included: 0n,
    recipients,
  };
}
