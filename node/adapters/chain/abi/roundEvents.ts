import type { AbortReason, RoundEvent, TaskParams } from "../../../core/ledger/events.ts";
import type { Bytes32 } from "../../../core/primitives.ts";
import { toAddress, toBytes, toBytes32, toCid, toNumber, toSeconds, toText } from "./values.ts";

/** In the order of `ISwarmLedger.AbortReason`. */
const ABORT_REASONS: readonly AbortReason[] = ["TooFewSubmissions", "TooFewHeld", "NoQuorum"];

type Args = Record<string, unknown>;

/** An event of SwarmLedger out of its decoded arguments; undefined for a name it does not have. */
export function roundEvent(type: string, args: Args): RoundEvent | undefined {
  const taskId = toBytes32(args.taskId);
  switch (type) {
    case "TaskCreated":
      return {
        type,
        taskId,
        creator: toAddress(args.creator),
        params: taskParams(args.params as Args),
        document: toBytes(args.document),
        modelCid: toText(args.modelCid),
      };
    case "MemberJoined":
      return { type, taskId, account: toAddress(args.account), index: toNumber(args.index) };
    case "AbsenceChanged":
      return { type, taskId, absent: args.absent as bigint };
    case "RoundOpened":
      return {
        type,
        ...attemptOf(taskId, args),
        base: toBytes32(args.base),
        snapshot: args.snapshot as bigint,
        ...deadlineOf(args),
        seen: toBytes32(args.seen),
      };
    case "UpdateSubmitted":
      return {
        type,
        ...attemptOf(taskId, args),
        member: toNumber(args.member),
        sha256: toBytes32(args.sha256_),
        ...toCid(args.cid),
        weight: toNumber(args.weight),
        seen: toBytes32(args.seen),
      };
    case "SubmissionsClosed":
      return {
        type,
        ...attemptOf(taskId, args),
        submitted: args.submitted as bigint,
        ...deadlineOf(args),
        seen: toBytes32(args.seen),
      };
    case "UpdatesAttested":
      return {
        type,
        ...attemptOf(taskId, args),
        member: toNumber(args.member),
        held: args.held as bigint,
        refused: args.refused as bigint,
      };
    case "InclusionFixed":
      return {
        type,
        ...attemptOf(taskId, args),
        included: args.included as bigint,
        ...deadlineOf(args),
        seen: toBytes32(args.seen),
      };
    case "ModelVoted":
      return {
        type,
        ...attemptOf(taskId, args),
        member: toNumber(args.member),
        modelHash: toBytes32(args.modelHash),
        evaluation: toNumber(args.evaluation),
        late: args.late === true,
      };
    case "RoundFinalized":
      return {
        type,
        ...attemptOf(taskId, args),
        included: args.included as bigint,
        modelHash: toBytes32(args.modelHash),
      };
    case "RoundAborted":
      return { type, ...attemptOf(taskId, args), reason: abortReason(args.reason), growth: toNumber(args.growth) };
    case "TaskWaiting":
      return {
        type,
        taskId,
        round: toNumber(args.round),
        needed: toNumber(args.needed),
        eligible: args.eligible as bigint,
        paused: args.paused === true,
      };
    case "TaskFinished":
      return { type, taskId, rounds: toNumber(args.rounds), modelHash: toBytes32(args.modelHash) };
    default:
      return undefined;
  }
}

function attemptOf(taskId: Bytes32, args: Args): { taskId: Bytes32; round: number; attempt: number } {
  return { taskId, round: toNumber(args.round), attempt: toNumber(args.attempt) };
}

function deadlineOf(args: Args): { deadline: number; deadlineBlock: number } {
  return { deadline: toSeconds(args.deadline), deadlineBlock: toNumber(args.deadlineBlock) };
}

function abortReason(value: unknown): AbortReason {
  const reason = ABORT_REASONS[Number(value)];
  if (!reason) throw new RangeError(`${String(value)} is no abort reason`);
  return reason;
}

function taskParams(params: Args): TaskParams {
  return {
    documentHash: toBytes32(params.documentHash),
    modelHash: toBytes32(params.modelHash),
    f: toNumber(params.f),
    minPeers: toNumber(params.minPeers),
    startMembers: toNumber(params.startMembers),
    rounds: toNumber(params.rounds),
    submitSeconds: toNumber(params.submitSeconds),
    attestSeconds: toNumber(params.attestSeconds),
    mergeSeconds: toNumber(params.mergeSeconds),
    maxWeight: toNumber(params.maxWeight),
    evaluations: params.evaluations === true,
  };
}
