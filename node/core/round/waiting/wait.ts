import { has, members } from "../../ledger/masks.ts";
import type { LicenseState } from "../../ledger/view/licenseState.ts";
import { isBarred } from "../../ledger/view/registry.ts";
import type { NetworkView } from "../../ledger/view/network.ts";
import type { AttemptView, TaskView } from "../../ledger/view/task.ts";
import type { Address } from "../../primitives.ts";
import { votesNeeded } from "../thresholds.ts";
import { waitToOpen } from "./opening.ts";

/**
 * What a task, or a daemon, waits for. Of the ledger: `submissions`, `attestations` and `votes` of the open phase; its `deadline`, where
 * nobody is left whose act could end it before; `blocks`, where its time is over and the chain has to make more of them (R1); `advance`,
 * where anyone may end it and nobody has; and before a round `approval`, `unpause`, `members` and `opening`. Of a daemon alone: the chain's
 * `endpoint`, its `history`, this node's `licence`, the `model` that the task ended with.
 */
export interface Wait {
  kind:
    | ("submissions" | "attestations" | "votes" | "deadline" | "blocks" | "advance")
    | ("approval" | "unpause" | "members" | "opening")
    | ("endpoint" | "history" | "licence" | "model");
  /** Undefined where the ledger was not read yet. */
  round: number | undefined;
  /** Of the ledger, from 0; undefined where none is open. */
  attempt: number | undefined;
  /** The open phase. */
  phase: "submit" | "attest" | "merge" | undefined;
  /** Unix seconds of the chain; undefined where nobody has recorded it. */
  since: number | undefined;
  /** Unix seconds at which it ends at the latest, where that is known. */
  until: number | undefined;
  /** Whose acts are awaited, in ledger order; of a model, who holds it. */
  missing: readonly Address[];
  /** What keeps each of the missing from counting as a member, where that is why they are missing. */
  reasons?: readonly (LicenseState | "not registered")[];
  /** Members that will not act in this phase any more, since their licence ended (R10). */
  barred: readonly Address[];
  /** How many have acted or are there, and how many of them are needed. */
  have: number;
  needed: number;
}

/** What the ledger waits for at `now` (unix seconds), as anybody can see; undefined where the task is finished. */
export function waitOf(view: NetworkView, task: TaskView, now: number): Wait | undefined {
  if (task.phase === "waiting") return waitToOpen(view, task, now);
  const { attempt } = task;
  if (task.phase === "finished" || !attempt) return undefined;
  const { phase } = attempt;
  return phase === "final" || phase === "aborted" ? undefined : waitInPhase(view, task, { ...attempt, phase }, now);
}

type Open = AttemptView & { phase: NonNullable<Wait["phase"]> };

const AWAITED = { submit: "submissions", attest: "attestations", merge: "votes" } as const;

function waitInPhase({ registry, head }: NetworkView, task: TaskView, attempt: Open, now: number): Wait {
  const { round, phase, deadline, deadlineBlock, phaseSince } = attempt;
  const open = members(attempt.snapshot).filter((member) => !hasActed(attempt, phase, member));
  const accountsOf = (found: number[]): Address[] => found.flatMap((member) => task.members[member] ?? []);
  const missing = accountsOf(open).filter((account) => !isBarred(registry, account, now));
  const { have, needed } = progressOf(task, attempt, phase);
  const wait = {
    round,
    attempt: attempt.attempt,
    phase,
    missing,
    barred: accountsOf(open).filter((account) => isBarred(registry, account, now)),
    have,
    needed,
  };
  if (now < deadline)
    return {
      ...wait,
      kind: missing.length === 0 ? "deadline" : AWAITED[phase],
      since: phaseSince,
      until: deadline,
    };
  // The transaction that ends the phase makes the last of the blocks that are needed.
  const blocks = deadlineBlock - 1 - head;
  return blocks > 0
    ? { ...wait, kind: "blocks", since: deadline, until: undefined, have: 0, needed: blocks }
    : { ...wait, kind: "advance", since: deadline, until: undefined };
}

/** Whether a member has done all that a phase asks of it. */
export function hasActed(attempt: AttemptView, phase: Open["phase"], member: number): boolean {
  if (phase === "submit") return attempt.submissions.has(member);
  if (phase === "merge") return attempt.votes.has(member);
  return decidedBy(attempt, member) === attempt.submissions.size;
}

/** On how many submissions a member has decided. */
export function decidedBy({ attestations }: AttemptView, member: number): number {
  const attested = attestations.get(member);
  return attested ? members(attested.held | attested.refused).length : 0;
}

function progressOf(task: TaskView, attempt: Open, phase: Open["phase"]): Pick<Wait, "have" | "needed"> {
  const { f, minPeers } = task.params;
  if (phase === "submit") return { have: attempt.submissions.size, needed: minPeers };
  if (phase === "merge") return { have: mostEqual(attempt), needed: votesNeeded(attempt.n, f) };
  const decided = members(attempt.snapshot).filter((member) => hasActed(attempt, phase, member));
  return { have: decided.length, needed: attempt.n };
}

/** Votes for the model that has the most of them. */
function mostEqual({ votes }: AttemptView): number {
  const tally = Map.groupBy(votes.values(), ({ modelHash }) => modelHash);
  return Math.max(0, ...[...tally.values()].map((equal) => equal.length));
}

/** Whether an account is a member of the open attempt. */
export const isInAttempt = (task: TaskView, member: number): boolean =>
  task.phase === "running" && task.attempt !== undefined && has(task.attempt.snapshot, member);
