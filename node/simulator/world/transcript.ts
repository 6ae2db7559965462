import type { Logger } from "../../ports/logger.ts";
import { SwarmError } from "../../core/errors.ts";
import type { RoundAct } from "../../core/ledger/acts.ts";
import type { LocatedEvent } from "../../core/ledger/events.ts";
import { members } from "../../core/ledger/masks.ts";
import type { World } from "./world.ts";

/** Takes the lines of a transcript; absent where nobody reads it. */
export type Say = (line: string) => void;

/** Hashes and accounts cut to what tells them apart. */
export const cut = (text: string): string => text.replaceAll(/0x([0-9a-f]{8})[0-9a-f]{24,}/g, "0x$1");

const QUIET = () => undefined;

/** A daemon's log, from `info` on, as lines of the transcript. */
export function logTo(world: World, who: string): Logger {
  if (!world.isHeard) return silent;
  const line = (message: string, context: Record<string, unknown> = {}): void =>
    world.say(who, `says: ${message}${contextWords(context)}`);
  const logger: Logger = { debug: QUIET, info: line, warn: line, error: line, child: () => logger };
  return logger;
}

const silent: Logger = { debug: QUIET, info: QUIET, warn: QUIET, error: QUIET, child: () => silent };

function contextWords(context: Record<string, unknown>): string {
  const words = Object.entries(context).map(([key, value]) => {
    if (value instanceof SwarmError) return `${key}: ${value.code} ${value.message}`;
    if (value instanceof Error) return `${key}: ${value.stack ?? value.message}`;
    return `${key}: ${typeof value === "object" ? JSON.stringify(value) : String(value)}`;
  });
  return words.length > 0 ? ` (${words.join(", ")})` : "";
}

const mask = (value: bigint): string => `{${members(value).join(",")}}`;

export function actWords(act: RoundAct): string {
  const place =
    "ref" in act ? ` in round ${act.ref.round}, attempt ${act.ref.attempt}, having seen ${act.ref.seen}` : "";
  switch (act.type) {
    case "submit":
      return `submits ${act.sha256}${place}`;
    case "attest":
      return `attests ${mask(act.held)} held, ${mask(act.refused)} refused${place}`;
    case "vote":
      return `votes ${act.modelHash}${place}`;
    default:
      return `sends ${act.type}`;
  }
}

/** An event of the ledger in words; undefined for what says nothing about the round. */
export function eventWords(event: LocatedEvent): string | undefined {
  switch (event.type) {
    case "RoundOpened":
      return `round ${event.round}, attempt ${event.attempt} is open to ${mask(event.snapshot)}, base ${event.base}`;
    case "UpdateSubmitted":
      return `member ${event.member} has submitted ${event.sha256}`;
    case "SubmissionsClosed":
      return `submissions are closed: ${mask(event.submitted)}`;
    case "UpdatesAttested":
      return `member ${event.member} has attested ${mask(event.held)} held, ${mask(event.refused)} refused`;
    case "InclusionFixed":
      return `included are ${mask(event.included)}`;
    case "ModelVoted":
      return `member ${event.member} has voted ${event.modelHash}${event.late ? ", late" : ""}`;
    case "RoundFinalized":
      return `round ${event.round} is final: ${event.modelHash}`;
    case "RoundAborted":
      return `round ${event.round}, attempt ${event.attempt} is aborted: ${event.reason}`;
    case "TaskWaiting":
      return `the task waits for ${event.needed} members${event.paused ? ", paused" : ""}`;
    case "AbsenceChanged":
      return `absent are ${mask(event.absent)}`;
    case "NodeRevoked":
    case "NodeSuspended":
    case "NodeUnsuspended":
    case "NodeAuthorized":
      return `${event.type} ${event.account}`;
    default:
      return undefined;
  }
}
