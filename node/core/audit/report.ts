import type { Address, Bytes32 } from "../primitives.ts";

/** `wrong` makes the verdict wrong; a `notice` says what one member did that the protocol tolerates and that changed nothing. */
export type Severity = "wrong" | "notice";

/** Kinds of findings. Those about the ledger mean that the contracts did not do what they promise. */
export type FindingCode =
  // who may take part
  | "NOT_DECIDED" // an act of the council without enough approvals, or another act than the one approved
  | "NOT_LICENSOR"
  | "APPROVAL_INVALID"
  | "REGISTRATION_INVALID"
  // tasks and attempts
  | "TASK_INVALID"
  | "MEMBER_INVALID"
  | "UNKNOWN_TASK"
  | "OUT_OF_PHASE"
  | "OPENING_WRONG"
  | "SNAPSHOT_WRONG"
  | "DIGEST_WRONG"
  | "DEADLINE_WRONG"
  | "TOO_EARLY"
  | "ABSENCE_WRONG"
  // acts of members
  | "ACT_BARRED" // revoked or suspended, or never licensed
  | "ACT_NOT_IN_SNAPSHOT"
  | "ACT_REPEATED"
  | "FILE_CHANGED"
  | "WEIGHT_INVALID"
  | "ATTESTATION_INVALID"
  | "VOTE_INVALID"
  // outcomes
  | "SUBMITTED_WRONG"
  | "INCLUSION_WRONG"
  | "TOO_FEW_INCLUDED"
  | "QUORUM_MISSING"
  | "QUORUM_IGNORED"
  | "ABORT_WRONG"
  | "FINISH_WRONG"
  | "STOP_IGNORED" // acts in a task that was over by its own rule (R11)
  // files
  | "FILE_DAMAGED" // a source gave bytes of another hash
  | "FILE_MISSING"
  | "UPDATE_INVALID"
  | "ATTESTATION_FALSE"
  | "MODEL_INVALID"
  | "MODEL_REBUILT"
  | "MERGE_WRONG"
  | "VOTE_WRONG";

/** What a finding is about, as far as it can be said. */
export interface Where {
  task?: Bytes32;
  /** 0 stands for the first model. */
  round?: number;
  attempt?: number;
  /** Index in the task's list of members. */
  member?: number;
  account?: Address;
  /** sha256 of the file. */
  file?: Bytes32;
  /** Who gave the file, in the words of the adapter. */
  source?: string;
  block?: number;
  transaction?: Bytes32;
}

export interface Finding extends Where {
  code: FindingCode;
  severity: Severity;
  text: string;
}

/** Something that may be right but could not be looked at. */
export interface Unchecked extends Where {
  text: string;
}

export interface AuditCounts {
  /** Blocks that held events. */
  blocks: number;
  events: number;
  /** Transactions of members and council that were replayed: proposals, approvals, registrations, submissions, attestations, votes. */
  acts: number;
  /** Accounts that were given a licence to take part, and to read, at any time. */
  licenses: number;
  auditors: number;
  tasks: number;
  roundsFinalized: number;
  attemptsAborted: number;
  updatesChecked: number;
  mergesRecomputed: number;
  /** Copies of files that were read. */
  files: number;
  /** Who gave them: nodes and folders together, and each. An author's sealed file counts as given by the author, whoever passed it on. */
  sources: number;
  nodes: number;
  folders: number;
}

/** right: all was checked and is as it should be; wrong: something is not; incomplete: what could be checked is right. */
export type Verdict = "right" | "wrong" | "incomplete";

/** What a process exits with for each verdict. */
export const EXIT_CODES: Readonly<Record<Verdict, number>> = { right: 0, wrong: 1, incomplete: 3 };

/** A task that stopped early (R11). */
export interface StoppedTask {
  task: Bytes32;
  /** The last round that counts. */
  after: number;
  best: { round: number; score: number; model: Bytes32 };
}

export interface AuditReport {
  verdict: Verdict;
  exitCode: number;
  counts: AuditCounts;
  findings: Finding[];
  unchecked: Unchecked[];
  /** Tasks that stopped early. */
  stopped: StoppedTask[];
}
