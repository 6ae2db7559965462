import type { Address, Bytes32, Cid, EncryptionKey, MemberMask, PeerId } from "../primitives.ts";

/** `ISwarmLedger.TaskParams`: everything about a task that the contract enforces. */
export interface TaskParams {
  documentHash: Bytes32;
  modelHash: Bytes32;
  /** How many members of a snapshot may be faulty in any way. */
  f: number;
  minPeers: number;
  startMembers: number;
  rounds: number;
  submitSeconds: number;
  attestSeconds: number;
  mergeSeconds: number;
  maxWeight: number;
  evaluations: boolean;
}

/** What a vote carries where its task asks for no evaluation, or the member has none. */
export const NO_EVALUATION = 65535;

export type AbortReason = "TooFewSubmissions" | "TooFewHeld" | "NoQuorum";

/**
 * Acts of the council, as its proposals carry them. `undecodable`: one licensor proposed calldata that fits no function exactly; it
 * can never execute, must not stop anybody who reads the ledger, and should not be approved.
 */
export type CouncilAct =
  | { act: "addLicensor" | "removeLicensor"; account: Address; threshold: number }
  | { act: "setThreshold"; threshold: number }
  | { act: "license"; account: Address; expiresAt: number }
  | { act: "authorizeAuditor" | "revoke" | "confirmSuspension" | "unsuspend"; account: Address }
  | { act: "approveTask"; taskId: Bytes32 }
  | { act: "pause" | "unpause" }
  | { act: "undecodable"; calldata: string };

/** Events of NodeRegistry. Times are unix seconds. */
export type RegistryEvent =
  | { type: "LicensorAdded" | "LicensorRemoved"; licensor: Address }
  | { type: "ThresholdChanged"; threshold: number }
  | { type: "CouncilEpochStarted"; epoch: number }
  | { type: "ActProposed"; proposalId: number; proposer: Address; act: CouncilAct; actHash: Bytes32; epoch: number }
  | { type: "ActApproved"; proposalId: number; licensor: Address; approvals: number }
  | { type: "ActExecuted"; proposalId: number }
  | { type: "TaskApproved"; taskId: Bytes32 }
  | { type: "Paused" | "Unpaused" }
  | { type: "NodeAuthorized"; account: Address; grant: number; expiresAt: number }
  | { type: "AuditorAuthorized"; account: Address; grant: number }
  | { type: "NodeRevoked"; account: Address; grant: number }
  | { type: "NodeSuspended"; account: Address; licensor: Address; until: number }
  | { type: "SuspensionConfirmed" | "NodeUnsuspended"; account: Address }
  | {
      type: "NodeRegistered";
      account: Address;
      version: number;
      peerId: PeerId;
      encryptionKey: EncryptionKey;
      addresses: string[];
    };

/** Events of SwarmLedger. Rounds count from 1, attempts of a round from 0; deadlines are unix seconds. */
export type RoundEvent =
  | { type: "TaskCreated"; taskId: Bytes32; creator: Address; params: TaskParams; document: Uint8Array; modelCid: Cid }
  | { type: "MemberJoined"; taskId: Bytes32; account: Address; index: number }
  | { type: "AbsenceChanged"; taskId: Bytes32; absent: MemberMask }
  | {
      type: "RoundOpened";
      taskId: Bytes32;
      round: number;
      attempt: number;
      base: Bytes32;
      snapshot: MemberMask;
      deadline: number;
      deadlineBlock: number;
      seen: Bytes32;
    }
  | {
      type: "UpdateSubmitted";
      taskId: Bytes32;
      round: number;
      attempt: number;
      member: number;
      sha256: Bytes32;
      cid: Cid;
      /** The recorded bytes where they are no UTF-8, for the digest alone; `cid` is then `0x` and their hex digits. */
      cidBytes?: Uint8Array;
      weight: number;
      seen: Bytes32;
    }
  | {
      type: "SubmissionsClosed";
      taskId: Bytes32;
      round: number;
      attempt: number;
      submitted: MemberMask;
      deadline: number;
      deadlineBlock: number;
      seen: Bytes32;
    }
  | {
      type: "UpdatesAttested";
      taskId: Bytes32;
      round: number;
      attempt: number;
      member: number;
      held: MemberMask;
      refused: MemberMask;
    }
  | {
      type: "InclusionFixed";
      taskId: Bytes32;
      round: number;
      attempt: number;
      included: MemberMask;
      deadline: number;
      deadlineBlock: number;
      seen: Bytes32;
    }
  | {
      type: "ModelVoted";
      taskId: Bytes32;
      round: number;
      attempt: number;
      member: number;
      modelHash: Bytes32;
      evaluation: number;
      late: boolean;
    }
  | {
      type: "RoundFinalized";
      taskId: Bytes32;
      round: number;
      attempt: number;
      included: MemberMask;
      modelHash: Bytes32;
    }
  | { type: "RoundAborted"; taskId: Bytes32; round: number; attempt: number; reason: AbortReason; growth: number }
  | { type: "TaskWaiting"; taskId: Bytes32; round: number; needed: number; eligible: MemberMask; paused: boolean }
  | { type: "TaskFinished"; taskId: Bytes32; rounds: number; modelHash: Bytes32 };

export type LedgerEvent = RegistryEvent | RoundEvent;

/** Where on the chain an event stands; sorts events by `block`, then `index`. */
export interface EventPosition {
  block: number;
  /** Index of the log in its block. */
  index: number;
  /** Unix seconds of the block. */
  timestamp: number;
  transaction: Bytes32;
  /** Account that sent the transaction, where the adapter knows it without another request. */
  sender?: Address;
}

export type LocatedEvent = LedgerEvent & { at: EventPosition };
