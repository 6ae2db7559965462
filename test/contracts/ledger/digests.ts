/** The digests that acts name (R3), as ISwarmLedger defines them. */
import { AbiCoder, keccak256, toUtf8Bytes } from "ethers";
import type { TaskParams } from "../../../node/core/ledger/events.ts";
import type { Address, Bytes32 } from "../../../node/core/primitives.ts";

/** Which ledger of which chain. */
export interface Where {
  chainId: bigint;
  ledger: Address;
}

export interface Submission {
  member: number;
  sha256: Bytes32;
  cid: string;
  weight: number;
}

function hashOf(types: string[], values: unknown[]): Bytes32 {
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, values)) as Bytes32;
}

export const PARAMS_TYPE =
  "tuple(bytes32 documentHash,bytes32 modelHash,uint16 f,uint16 minPeers,uint16 startMembers,uint32 rounds,uint32 submitSeconds,uint32 attestSeconds,uint32 mergeSeconds,uint32 maxWeight,bool evaluations)";

export const taskId = (where: Where, params: TaskParams): Bytes32 =>
  hashOf(["uint256", "address", PARAMS_TYPE], [where.chainId, where.ledger, params]);

export function opening(
  where: Where,
  at: { taskId: Bytes32; round: number; attempt: number; base: Bytes32; snapshot: bigint },
): Bytes32 {
  return hashOf(
    ["uint256", "address", "bytes32", "uint32", "uint32", "bytes32", "uint256"],
    [where.chainId, where.ledger, at.taskId, at.round, at.attempt, at.base, at.snapshot],
  );
}

export function submissions(before: Bytes32, { member, sha256, cid, weight }: Submission): Bytes32 {
  return hashOf(
    ["bytes32", "uint256", "bytes32", "bytes32", "uint32"],
    [before, member, sha256, keccak256(toUtf8Bytes(cid)), weight],
  );
}

export const included = (submissionsDigest: Bytes32, mask: bigint): Bytes32 =>
  hashOf(["bytes32", "uint256"], [submissionsDigest, mask]);
