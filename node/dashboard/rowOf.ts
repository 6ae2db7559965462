import type { LocatedEvent } from "../core/ledger/events.ts";
import type { Address, Bytes32 } from "../core/primitives.ts";
import type { RowKind } from "../ports/dashboard.ts";

type Located<Type extends LocatedEvent["type"]> = Extract<LocatedEvent, { type: Type }>;

/** Which kind of row an event is. */
export const KINDS: Readonly<Record<LocatedEvent["type"], RowKind>> = {
  UpdateSubmitted: "submitted",
  UpdatesAttested: "attested",
  ModelVoted: "voted",
  RoundOpened: "opened",
  SubmissionsClosed: "closed",
  InclusionFixed: "included",
  RoundFinalized: "final",
  RoundAborted: "aborted",
  TaskCreated: "task",
  TaskApproved: "task",
  MemberJoined: "task",
  AbsenceChanged: "task",
  TaskWaiting: "task",
  TaskFinished: "task",
  NodeAuthorized: "licence",
  AuditorAuthorized: "licence",
  NodeRevoked: "licence",
  NodeSuspended: "licence",
  SuspensionConfirmed: "licence",
  NodeUnsuspended: "licence",
  NodeRegistered: "licence",
  LicensorAdded: "council",
  LicensorRemoved: "council",
  ThresholdChanged: "council",
  CouncilEpochStarted: "council",
  ActProposed: "council",
  ActApproved: "council",
  ActExecuted: "council",
  Paused: "council",
  Unpaused: "council",
};

export const taskIdOf = (event: LocatedEvent): Bytes32 | undefined => ("taskId" in event ? event.taskId : undefined);

export const roundOf = (event: LocatedEvent): number | undefined => ("round" in event ? event.round : undefined);

/**
 * Whose act an event is, or whom it is about.
 * @param memberOf the account of a task's member by its index
 */
export function accountOf(
  event: LocatedEvent,
  memberOf: (task: Bytes32, member: number) => Address | undefined,
): Address | undefined {
  if ("account" in event) return event.account;
  if ("member" in event) return memberOf(event.taskId, event.member);
  if ("proposer" in event) return event.proposer;
  if ("licensor" in event) return event.licensor;
  return "creator" in event ? event.creator : undefined;
}

/** The hashes, CIDs and keys that somebody may look an event up by, besides its transaction. */
export function searchable(event: LocatedEvent): string[] {
  switch (event.type) {
    case "UpdateSubmitted":
      return [event.sha256, event.cid];
    case "ModelVoted":
    case "RoundFinalized":
    case "TaskFinished":
      return [event.modelHash];
    case "RoundOpened":
      return [event.base];
    case "TaskCreated":
      return [event.modelCid, event.params.modelHash, event.params.documentHash];
    case "NodeRegistered":
      return [event.peerId, event.encryptionKey];
    case "ActProposed":
      return [event.actHash];
    default:
      return [];
  }
}

/** Whether an event is of a type, for callers that go on with its fields. */
export const isType = <Type extends LocatedEvent["type"]>(event: LocatedEvent, type: Type): event is Located<Type> =>
  event.type === type;
