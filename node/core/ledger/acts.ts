import type { Address, Bytes32, Cid, EncryptionKey, MemberMask } from "../primitives.ts";
import type { CouncilAct, TaskParams } from "./events.ts";

/** `ISwarmLedger.ActRef`: which attempt an act belongs to and what its sender saw (R3). */
export interface ActRef {
  taskId: Bytes32;
  round: number;
  attempt: number;
  seen: Bytes32;
}

/** Transactions of a member of a task. */
export type RoundAct =
  | { type: "submit"; ref: ActRef; sha256: Bytes32; cid: Cid; weight: number }
  | { type: "attest"; ref: ActRef; held: MemberMask; refused: MemberMask }
  | { type: "vote"; ref: ActRef; modelHash: Bytes32; evaluation: number }
  | { type: "advance"; taskId: Bytes32 }
  | { type: "join"; taskId: Bytes32 }
  | { type: "comeBack"; taskId: Bytes32 }
  | { type: "createTask"; params: TaskParams; document: Uint8Array; modelCid: Cid };

/** Transactions of licensors, operators and auditors. */
export type RegistryAct =
  | { type: "propose"; act: CouncilAct }
  | { type: "approve"; proposalId: number; actHash: Bytes32 }
  | { type: "suspend"; account: Address }
  | {
      type: "registerNode";
      /** Uncompressed secp256k1 public key, x and y, 64 bytes. */
      peerKey: Uint8Array;
      encryptionKey: EncryptionKey;
      addresses: string[];
      /** Unix seconds after which the registry refuses the signature. */
      deadline: number;
      /** 65 bytes (r, s, v) by the peer key over the registry's EIP-712 digest. */
      signature: Uint8Array;
    };

export type LedgerAct = RoundAct | RegistryAct;
