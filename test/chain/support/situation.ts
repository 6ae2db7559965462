import type { ActRef } from "../../../node/core/ledger/acts.ts";
import type { LocatedEvent } from "../../../node/core/ledger/events.ts";
import type { Bytes32 } from "../../../node/core/primitives.ts";

const NOWHERE: Bytes32 = `0x${"ee".repeat(32)}`;

/** What a task of a history is at, as far as choosing the next act needs it. */
export interface Situation {
  taskId: Bytes32;
  ref: ActRef;
  phase: string;
  /** What can be attested. */
  candidates: bigint;
  /** Per member, whether it acted in the open phase. */
  acted: boolean[];
}

const PHASE_OF: Record<string, string> = { RoundOpened: "submit", SubmissionsClosed: "attest", InclusionFixed: "vote" };

export function situation(events: LocatedEvent[]): Situation {
  const taskId = events.find((event) => event.type === "TaskCreated")?.taskId ?? NOWHERE;
  const mine = events.filter((event) => "taskId" in event && event.taskId === taskId);
  const acted = mine.filter(({ type }) => type === "MemberJoined").map(() => false);
  const opening = mine.findLastIndex((event) => PHASE_OF[event.type] !== undefined);
  const last = mine[opening];
  if (!last || !("seen" in last)) {
    return {
      taskId,
      ref: { taskId, round: 1, attempt: 0, seen: NOWHERE },
      phase: "submit",
      candidates: 0n,
      acted,
    };
  }
  for (const event of mine.slice(opening)) if ("member" in event) acted[event.member] = true;
  const { round, attempt, seen } = last;
  const candidates = last.type === "SubmissionsClosed" ? last.submitted : 0n;
  return { taskId, ref: { taskId, round, attempt, seen }, phase: PHASE_OF[last.type] as string, candidates, acted };
}
