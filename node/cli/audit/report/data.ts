import type { AuditReport } from "../../../core/audit/report.ts";
import type { UpdateState } from "../../../core/audit/observer.ts";
import type { AbortReason } from "../../../core/ledger/events.ts";
import type { Address, Bytes32 } from "../../../core/primitives.ts";
import type { AccountLicence } from "./licenceSpans.ts";

/** Least, middle and greatest of some numbers. */
export interface Spread {
  low: number;
  median: number;
  high: number;
}

/** One attempt at a round. */
export interface AttemptData {
  round: number;
  /** Counts from 0. */
  attempt: number;
  outcome: "final" | "aborted" | "open";
  reason?: AbortReason;
  /** Unix seconds of the blocks in which it was opened and ended; an open one ends with what was read. */
  from: number;
  to: number;
  base: Bytes32;
  /** Of a final one, as all below it. */
  model?: Bytes32;
  members?: number;
  submitted?: number;
  included?: number;
  votes?: number;
  merge?: "equal" | "different" | "not";
  /** Parts of 10,000. */
  score?: number;
  evaluations?: Spread;
  /** How many of the round's updates came to which end; with those of its aborted attempts. */
  states?: Record<UpdateState, number>;
  /** Euclidean norms of valid updates. */
  norms?: Spread;
  /** Bytes of all opened update files of the round. */
  bytes?: number;
}

/** What a member of a task did. */
export interface MemberData {
  member: number;
  account: Address;
  states: Record<UpdateState, number>;
  /** Sum of the weights of its merged updates. */
  weight: number;
  bytes: number;
  /** Votes for models that became final. */
  votes: number;
}

export interface TaskData {
  taskId: Bytes32;
  /** As its document says; undefined where that cannot be read. */
  name?: string;
  mergeRule?: string;
  /** The council approved it. */
  approved: boolean;
  finished: boolean;
  /** What the ledger enforces. */
  f: number;
  minPeers: number;
  rounds: number;
  evaluations: boolean;
  members: MemberData[];
  attempts: AttemptData[];
}

/** All that a report says, but for the list of updates, which may be too long for memory. */
export interface ReportData extends AuditReport {
  format: "swarm-audit-report";
  version: 1;
  /** Whether the audit had come to its end; false in what is written while it follows. */
  complete: boolean;
  software: { name: string; version: string; protocol: number };
  network: {
    chainId: number;
    genesis: Bytes32;
    registry: Address;
    ledger: Address;
    registryCodeHash: Bytes32;
    ledgerCodeHash: Bytes32;
    finality: string;
  };
  /** Blocks, and unix seconds of the first and last event. */
  covered: { fromBlock: number; toBlock: number; fromTime: number; toTime: number };
  /** Where files were read from, in words. */
  filesFrom: string;
  /** Blocks of sealed files that were held against their CIDs. */
  storedBlocks: number;
  licences: AccountLicence[];
  tasks: TaskData[];
}
