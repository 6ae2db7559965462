import type { LicenseState } from "../core/ledger/view/licenseState.ts";
import type { Address, Bytes32 } from "../core/primitives.ts";

/** The values of the page's entries by what their keys begin with. Times are unix seconds, shares 0 to 1. */

/** `network` */
export interface NetworkEntry {
  chainId: number;
  registry: Address;
  ledger: Address;
  finality: string;
  head: number;
  timestamp: number;
  /** Since when the chain's endpoint does not answer; null while it does. */
  awaySince: number | null;
  licensors: Address[];
  threshold: number;
  paused: boolean;
  /** Explains that there is no audit report, or which it is. */
  audit: { verdict: string; at: number } | null;
}

/** `task/<id>` */
export interface TaskEntry {
  taskId: Bytes32;
  name: string | null;
  state: "not approved" | "waiting" | "running" | "finished" | "stopped";
  round: number;
  rounds: number;
  aborts: number;
  model: Bytes32;
  f: number;
  minPeers: number;
  evaluations: boolean;
  phase: PhaseEntry | null;
  /** What is waited for, in words without a clock; null where nothing is. */
  waiting: string | null;
  members: number;
}

export interface PhaseEntry {
  name: "submit" | "attest" | "merge";
  attempt: number;
  since: number;
  deadline: number;
  /** Blocks that have to come before the phase can be ended, once its time is over. */
  blocksLeft: number;
  /** Members in the attempt; how many of them have acted; how many submissions there are; votes that make a model final. */
  n: number;
  acted: number;
  submissions: number;
  votes: number;
}

/** `member/<task>/<index>` */
export interface MemberEntry {
  member: number;
  account: Address;
  name: string | null;
  license: LicenseState;
  expiresAt: number;
  registered: boolean;
  absent: boolean;
  /** In the open attempt. */
  inAttempt: boolean;
  submitted: boolean;
  decided: number;
  voted: boolean;
  /** Whether the open phase waits for it. */
  awaited: boolean;
  /** Whether it is awaited longer than is usual: the phase's time is over, or it let the one before, or the last attempt, pass. */
  missing: boolean;
  /** The last round for which it submitted an update; null before its first. */
  lastRound: number | null;
}

/** `round/<task>/<n>`: a final round. */
export interface RoundEntry {
  round: number;
  attempts: number;
  model: Bytes32;
  at: number;
  submitted: number;
  included: number;
  /** Submissions that members refused. */
  refused: number;
  voters: number;
  /** Mean accuracy and the score of early stopping, of what votes carried. */
  evaluation: number | null;
  score: number | null;
}

/** `own/<task>/<n>`: what this node recorded of a round. The figures are of the model that came out of it, on this node's validation rows. */
export interface OwnEntry {
  round: number;
  accuracy: number | null;
  loss: number | null;
  auc: number | null;
  trainingMs: number | null;
  engine: string | null;
  /** Of the round's merge, where this node made it. */
  clipped: string[];
  dropped: string[];
}

/** `licence/<account>` */
export interface LicenceEntry {
  account: Address;
  name: string | null;
  role: "node" | "auditor";
  state: LicenseState;
  /** 0 for auditors. */
  expiresAt: number;
  registered: boolean;
}

/** `proposal/<id>` */
export interface ProposalEntry {
  id: number;
  words: string;
  approvedBy: Address[];
  missing: Address[];
  threshold: number;
  /** What another licensor types to approve it. */
  command: string;
}

/** `node`: of a daemon that serves the page. Sizes in bytes. */
export interface NodeEntry {
  taskId: Bytes32;
  account: Address;
  name: string | null;
  peerId: string;
  engine: string;
  rows: { training: number; validation: number };
  traffic: { sent: number; received: number };
  disk: { used: number | null; free: number | null };
  /** What it is doing, in its own words. */
  doing: string | null;
}

/** `peer/<peer id>`: of a daemon that serves the page. */
export interface PeerEntry {
  peerId: string;
  account: Address;
  name: string | null;
  connected: boolean;
  latencyMs: number | null;
}
