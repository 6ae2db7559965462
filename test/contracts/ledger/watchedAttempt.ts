/** What the invariants know of one attempt, and when it may end. */
import type { RoundAct } from "../../../node/core/ledger/acts.ts";
import type { AbortReason } from "../../../node/core/ledger/events.ts";
import type { Bytes32 } from "../../../node/core/primitives.ts";
import type { Step } from "./step.ts";
import { count, has, hold } from "./step.ts";

export interface WatchedAttempt {
  round: number;
  attempt: number;
  snapshot: bigint;
  /** What the next act must name. */
  seen: Bytes32;
  submitted: bigint;
  attested: Map<number, { held: bigint; refused: bigint }>;
  included: bigint;
  votes: Map<number, Bytes32>;
}

const EARLY = "nobody closes a phase early";
const AT_ONCE = "a complete phase ends at once";
const bit = (member: number): bigint => 1n << BigInt(member);
const members = (mask: bigint): number[] => Array.from({ length: 256 }, (_, i) => i).filter((i) => has(mask, i));

/** What max(2, f+1) members hold. */
export function heldByEnough({ submitted, attested }: WatchedAttempt, f: number): bigint {
  return members(submitted)
    .filter((j) => [...attested.values()].filter(({ held }) => has(held, j)).length >= Math.max(2, f + 1))
    .reduce((mask, j) => mask | bit(j), 0n);
}

const allDecided = ({ snapshot, submitted, attested }: WatchedAttempt): boolean =>
  members(snapshot).every((i) => {
    const { held, refused } = attested.get(i) ?? { held: 0n, refused: 0n };
    return (held | refused) === submitted;
  });

const mostVotes = ({ votes }: WatchedAttempt): number =>
  Math.max(0, ...[...votes.values()].map((hash) => [...votes.values()].filter((other) => other === hash).length));

/** An act (other than `advance`, which has its own rule) ends a phase only by completing it. */
export function checkClosing(open: WatchedAttempt, act: RoundAct): void {
  if (act.type === "submit")
    hold(open.submitted === open.snapshot, EARLY, `submitted ${open.submitted} of ${open.snapshot}`);
  if (act.type === "attest") hold(allDecided(open), EARLY, "not all have decided");
}

export function checkAbort(open: WatchedAttempt, reason: AbortReason, { act, params, before }: Step): void {
  checkClosing(open, act);
  const grounds = {
    TooFewSubmissions: before.phase === "Submit" && count(open.submitted) < params.minPeers,
    TooFewHeld: before.phase === "Attest" && count(heldByEnough(open, params.f)) < params.minPeers,
    NoQuorum: before.phase === "Merge" && act.type === "advance",
  };
  hold(grounds[reason], "an abort has its reason", reason);
}

/** No phase stays open when nothing is left to do in it. */
export function checkUnderWay(open: WatchedAttempt, { after, params }: Step): void {
  if (after.phase === "Submit") hold(open.submitted !== open.snapshot, AT_ONCE, "all submitted");
  if (after.phase === "Attest") hold(!allDecided(open), AT_ONCE, "all decided");
  const enough = Math.floor((count(open.snapshot) + params.f) / 2) + 1;
  if (after.phase === "Merge") hold(mostVotes(open) < enough, AT_ONCE, `${mostVotes(open)} votes`);
}

/** Attempts in a row that each member of their snapshots missed altogether. */
export class AbsenceWatch {
  readonly #missed = new Map<number, number>();

  count({ snapshot, submitted, attested, votes }: WatchedAttempt): void {
    for (const i of members(snapshot)) {
      const acted = has(submitted, i) || attested.has(i) || votes.has(i);
      this.#missed.set(i, acted ? 0 : (this.#missed.get(i) ?? 0) + 1);
    }
  }

  comeBack(member: number): void {
    this.#missed.set(member, 0);
  }

  absent(): bigint {
    return [...this.#missed].reduce((mask, [member, missed]) => (missed >= 3 ? mask | bit(member) : mask), 0n);
  }
}
