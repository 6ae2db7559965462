import { SwarmError } from "../errors.ts";
import type { LedgerAct } from "./acts.ts";

/** Why a contract refused an act. */
export interface Refusal {
  /** The contract's error name; `Error` and `Panic` are Solidity's own; `OutOfGas` and `Unknown` where nothing was said. */
  reason: string;
  /** The error's arguments by name: numbers, booleans, text; addresses and hashes in lower case. */
  args: Record<string, unknown>;
}

/** Phases in the order of `ISwarmLedger.Phase`. */
export const PHASES = ["None", "Waiting", "Submit", "Attest", "Merge", "Finished"] as const;

/** What a refusal means and what to do, for the errors a person can meet. `{x}` is replaced by the argument x. */
const TEXTS: Record<string, string> = {
  NotLicensor: "{account} is no licensor; only licensors may do this",
  ProposalClosed:
    "proposal {proposalId} was executed already, or the council changed since; propose the act again if it is still wanted",
  UnknownProposal: "there is no proposal {proposalId}",
  AlreadyApproved: "{licensor} approved proposal {proposalId} already; another licensor has to",
  ActMismatch: "proposal {proposalId} is about another act than the one approved; look at it again before approving",
  InvalidAct: "{selector} is none of the council's functions, or has arguments it does not take",
  InvalidCouncil:
    "the council would have {licensors} licensors and a threshold of {threshold}; the threshold must be 1 to all of them",
  AlreadyLicensor: "{account} is a licensor already",
  InvalidArgument: "the value for {name} is out of range",
  NotLicensed: "{account} has no licence that counts now; ask the licensing authority",
  NotSuspended: "{account} is not suspended",
  SuspensionSpent: "{licensor} suspended this licence once already; a second time needs the council",
  AlreadyHasRole: "{account} has another role; revoke it first",
  InvalidExpiry: "the expiry {expiresAt} is not in the future",
  InvalidPeerKey: "the peer key is no point of secp256k1",
  InvalidPeerSignature:
    "the registration was not signed by the peer key it names (or for another nonce); build it again",
  InvalidEncryptionKey: "the encryption key {encryptionKey} is zero, not canonical or of low order; make a new one",
  PeerKeyTaken: "the peer key belongs to {owner}; make a new one",
  EncryptionKeyTaken: "the encryption key belongs to {owner}; make a new one",
  InvalidAddresses: "a node registers 1 to 8 addresses of 1 to 256 bytes",
  SignatureExpired: "the registration's deadline ({deadline}) has passed; build it again",
  TaskExists: "the task {taskId} exists already",
  UnknownTask: "there is no task {taskId}",
  InvalidParameter: "the task's {name} is out of range",
  NotApproved: "the council has not approved the task {taskId} yet",
  AlreadyMember: "{account} joined the task already",
  NotMember: "{account} has not joined the task",
  TaskFull: "the task {taskId} has all the members it can have",
  TaskFinishedAlready: "all rounds of the task {taskId} are final",
  NotEligible: "{account} has no licence that counts now, or no registered node",
  Barred: "the licence of {account} is suspended or revoked",
  NotInSnapshot: "{account} was not licensed and present when this attempt opened; it takes part in the next",
  WrongPhase: "the task is in phase {actual}, the act belongs to phase {expected}",
  WrongAttempt: "the task is at round {round}, attempt {attempt}",
  WrongDigest: "the act names another base, set of submissions or included set than the ledger has",
  AlreadySubmitted: "{account} submitted in this attempt already",
  FileChanged: "an earlier attempt of this round fixed another file ({expected}); only that one can be submitted again",
  InvalidWeight: "the weight {weight} is not between 1 and {maxWeight}",
  InvalidCid: "a CID has 1 to 128 bytes",
  InvalidAttestation: "the attestation adds nothing, contradicts itself or names updates that were not submitted",
  AlreadyVoted: "{account} voted in this attempt already",
  InvalidEvaluation: "the task asks for no evaluation, or the value is above 10000",
  TooEarly: "there is nothing to advance before {deadline} (unix seconds) and block {deadlineBlock}",
  NotAbsent: "{account} is not absent",
  OutOfGas: "it needed more gas than was given",
};

/** One sentence part that says why and what to do. */
export function refusalText({ reason, args }: Refusal): string {
  const shown = (name: string): string => {
    const value = args[name];
    const isPhase = reason === "WrongPhase" && typeof value === "number";
    return isPhase ? (PHASES[value] ?? String(value)) : String(value);
  };
  return (
    TEXTS[reason]?.replaceAll(/\{(\w+)\}/g, (_, name: string) => shown(name)) ??
    "the contract gave no reason that is known here"
  );
}

/** The error `Ledger.send` throws for an act that the contract refused. @param context such as the transaction and its block */
export function ledgerRefused(
  act: LedgerAct["type"],
  refusal: Refusal,
  context: Record<string, unknown> = {},
): SwarmError {
  return new SwarmError("LEDGER_REFUSED", `The ledger refused "${act}" (${refusal.reason}): ${refusalText(refusal)}.`, {
    act,
    ...refusal,
    ...context,
  });
}
