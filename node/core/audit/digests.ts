import type { TaskParams } from "../ledger/events.ts";
import type { Address, Bytes32, Cid, MemberMask } from "../primitives.ts";

/** keccak256, injected: the core imports no library for it. */
export type Keccak256 = (bytes: Uint8Array) => Bytes32;

/** The deployment whose ledger is audited. */
export interface Deployment {
  chainId: number;
  /** Hash of the chain's first block. */
  genesis: Bytes32;
  ledger: Address;
  /** R1: blocks of a phase before growth. */
  minPhaseBlocks: number;
}

/** `keccak256(abi.encode(...))` of values that take one word each. */
function digest(keccak: Keccak256, values: readonly (bigint | number | string)[]): Bytes32 {
  const bytes = new Uint8Array(32 * values.length);
  values.forEach((value, i) => {
    const hex = BigInt(value).toString(16).padStart(64, "0");
    for (let j = 0; j < 32; j++) bytes[32 * i + j] = Number.parseInt(hex.slice(2 * j, 2 * j + 2), 16);
  });
  return keccak(bytes);
}

/** What a submission to an attempt names (R3). */
export function openingDigest(
  keccak: Keccak256,
  { chainId, ledger }: Deployment,
  attempt: { taskId: Bytes32; round: number; attempt: number; base: Bytes32; snapshot: MemberMask },
): Bytes32 {
  return digest(keccak, [
    chainId,
    ledger,
    attempt.taskId,
    attempt.round,
    attempt.attempt,
    attempt.base,
    attempt.snapshot,
  ]);
}

/** The digest of all submissions after one more; `seen` is the one before, for the first the opening digest. */
export function submissionDigest(
  keccak: Keccak256,
  seen: Bytes32,
  submission: { member: number; sha256: Bytes32; cid: Cid; cidBytes?: Uint8Array; weight: number },
): Bytes32 {
  const cid = keccak(submission.cidBytes ?? new TextEncoder().encode(submission.cid));
  return digest(keccak, [seen, submission.member, submission.sha256, cid, submission.weight]);
}

/** What a vote names: the submissions and which of them are included. */
export function inclusionDigest(keccak: Keccak256, submissions: Bytes32, included: MemberMask): Bytes32 {
  return digest(keccak, [submissions, included]);
}

export function taskIdOf(keccak: Keccak256, { chainId, ledger }: Deployment, params: TaskParams): Bytes32 {
  const {
    documentHash,
    modelHash,
    f,
    minPeers,
    startMembers,
    rounds,
    submitSeconds,
    attestSeconds,
    mergeSeconds,
    maxWeight,
  } = params;
  const numbers = [
    f,
    minPeers,
    startMembers,
    rounds,
    submitSeconds,
    attestSeconds,
    mergeSeconds,
    maxWeight,
    params.evaluations ? 1 : 0,
  ];
  return digest(keccak, [chainId, ledger, documentHash, modelHash, ...numbers]);
}
