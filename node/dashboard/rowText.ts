import { type LocatedEvent, NO_EVALUATION } from "../core/ledger/events.ts";
import { count } from "../core/ledger/masks.ts";
import { counted, short } from "../core/units.ts";

const day = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** What happened, as a phrase of a row; whose act it was stands beside it. */
export function rowText(event: LocatedEvent): string {
  switch (event.type) {
    case "UpdateSubmitted":
      return `submitted ${short(event.sha256)}, weight ${event.weight}`;
    case "UpdatesAttested":
      return `attested to ${counted(count(event.held), "update")}${event.refused > 0n ? `, refused ${count(event.refused)}` : ""}`;
    case "ModelVoted":
      return `voted for ${short(event.modelHash)}${event.evaluation === NO_EVALUATION ? "" : `, accuracy ${(event.evaluation / 10_000).toFixed(4)}`}${event.late ? ", late" : ""}`;
    case "RoundOpened":
      return `opened with ${counted(count(event.snapshot), "member")}`;
    case "SubmissionsClosed":
      return `submissions closed: ${counted(count(event.submitted), "update")}`;
    case "InclusionFixed":
      return `${counted(count(event.included), "update")} to be merged`;
    case "RoundFinalized":
      return `final with model ${short(event.modelHash)} of ${counted(count(event.included), "update")}`;
    case "RoundAborted":
      return `ended without a model: ${REASONS[event.reason]}`;
    default:
      return otherText(event);
  }
}

const REASONS = {
  TooFewSubmissions: "too few submissions",
  TooFewHeld: "too few updates were held by enough members",
  NoQuorum: "too few equal votes",
} as const;

type Other = Exclude<
  LocatedEvent,
  {
    type:
      | ("UpdateSubmitted" | "UpdatesAttested" | "ModelVoted" | "RoundOpened")
      | ("SubmissionsClosed" | "InclusionFixed" | "RoundFinalized" | "RoundAborted");
  }
>;

function otherText(event: Other): string {
  switch (event.type) {
    case "TaskCreated":
      return "created the task";
    case "TaskApproved":
      return "the task may be joined";
    case "MemberJoined":
      return `joined as member ${event.index + 1}`;
    case "AbsenceChanged":
      return `${counted(count(event.absent), "member")} absent`;
    case "TaskWaiting":
      return event.paused ? "waits: rounds are paused" : `waits for members: ${event.needed} needed`;
    case "TaskFinished":
      return `finished after ${counted(event.rounds, "round")}`;
    case "NodeAuthorized":
      return `licensed until ${day(event.expiresAt)}`;
    case "AuditorAuthorized":
      return "made an auditor";
    case "NodeRevoked":
      return "licence revoked";
    case "NodeSuspended":
      return `suspended until ${day(event.until)}`;
    case "SuspensionConfirmed":
      return "suspended by the council";
    case "NodeUnsuspended":
      return "suspension ended";
    case "NodeRegistered":
      return `registered ${event.peerId} (version ${event.version})`;
    case "LicensorAdded":
      return "became a licensor";
    case "LicensorRemoved":
      return "is no licensor any more";
    case "ThresholdChanged":
      return `acts need ${counted(event.threshold, "licensor")}`;
    case "CouncilEpochStarted":
      return `the council changed (${event.epoch})`;
    case "ActProposed":
      return `proposed ${event.act.act} (proposal ${event.proposalId})`;
    case "ActApproved":
      return `approved proposal ${event.proposalId}`;
    case "ActExecuted":
      return `proposal ${event.proposalId} carried out`;
    case "Paused":
      return "opening of rounds paused";
    case "Unpaused":
      return "rounds may open again";
  }
}
