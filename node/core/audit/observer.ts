import type { Address, Bytes32 } from "../primitives.ts";

/**
 * What became of a submitted update, as the audit sees it: `merged` into its round's model; `left` out though valid, because too few held it
 * or its attempt was aborted; `invalid` (R4); `missing`, nobody has its file; `unreachable`, nobody could be asked for it.
 */
export type UpdateState = "merged" | "left" | "invalid" | "missing" | "unreachable";

export const UPDATE_STATES: readonly UpdateState[] = ["merged", "left", "invalid", "missing", "unreachable"];

/** One submitted update after its check. */
export interface CheckedUpdate {
  task: Bytes32;
  round: number;
  attempt: number;
  member: number;
  account: Address | undefined;
  /** sha256 of its opened file. */
  file: Bytes32;
  weight: number;
  state: UpdateState;
  /** The ledger counts it as included: with `state` invalid, missing or unreachable, a model holds what could not be confirmed. */
  included: boolean;
  /** Members that attested to hold it, and that refused it. */
  held: number;
  refused: number;
  /** Of the opened file, where it could be had. */
  bytes?: number;
  /** Euclidean norm of the delta, of a valid one. */
  norm?: number;
}

/** A final round after its check. */
export interface CheckedRound {
  task: Bytes32;
  round: number;
  /** Attempts before it were aborted. */
  attempt: number;
  /** sha256 of the model that it began from, and of the one that it made. */
  base: Bytes32;
  model: Bytes32;
  /** Members in the snapshot, updates submitted and merged. */
  members: number;
  submitted: number;
  included: number;
  /** Members whose votes made it final. */
  voters: number[];
  /** What these votes carried, in parts of SCORE_PARTS; those without are left out. */
  evaluations: number[];
  /** The swarm's score, in parts of SCORE_PARTS. */
  score: number | undefined;
  /** What recomputing the merge gave: the finalized model's bytes, others, or nothing, since not all files were there. */
  merge: "equal" | "different" | "not";
}

/** Hears of each file's check as the audit goes, so that a report can list them without the audit keeping them. */
export interface AuditObserver {
  update(checked: CheckedUpdate): void | Promise<void>;
  round(checked: CheckedRound): void | Promise<void>;
}
