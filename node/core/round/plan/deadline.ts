import { bit, count } from "../../ledger/masks.ts";
import { isEligible, licenseOf } from "../../ledger/view/registry.ts";
import type { AttemptView, TaskView } from "../../ledger/view/task.ts";
import type { Effect } from "../effects.ts";
import type { MemberMask } from "../../primitives.ts";
import { attemptKey, type RoundState } from "../state.ts";
import { membersNeeded } from "../thresholds.ts";

/** Seconds between members' attempts at `advance`, so that one transaction is sent instead of n. */
const STAGGER_SECONDS = 0.25;
/** Seconds until blocks are looked at again when the time has passed but the blocks have not (R1). */
const BLOCK_WAIT_SECONDS = 1;

/** R1: once a deadline has passed in time and in blocks, anyone may end the phase; members take turns at it. */
export function planDeadline(state: RoundState, task: TaskView, attempt: AttemptView, self: number): Effect[] {
  const turn = (self + attempt.round + attempt.attempt) % Math.max(1, task.members.length);
  const due = attempt.deadline + turn * STAGGER_SECONDS;
  const key = `advance/${attemptKey(attempt.round, attempt.attempt)}/${attempt.phase}`;
  if (state.now < due) return [{ type: "wake", key: `wake/${key}`, time: due }];
  // The transaction itself makes the next block.
  if (state.view.head + 1 < attempt.deadlineBlock)
    return [{ type: "wake", key: `wake/${key}`, time: state.now + BLOCK_WAIT_SECONDS }];
  return [{ type: "act", key, act: { type: "advance", taskId: task.taskId } }];
}

/** Members that could enter a snapshot now, where they are enough to open the next attempt; undefined where they are not, or during a pause. */
export function openableBy({ view: { registry }, now }: RoundState, task: TaskView): MemberMask | undefined {
  if (task.phase !== "waiting" || registry.paused) return undefined;
  const { f, minPeers, startMembers } = task.params;
  const needed = task.attempt ? membersNeeded(f, minPeers) : startMembers;
  const eligible = task.members.reduce(
    (mask, account, i) => (isEligible(registry, account, now) ? mask | bit(i) : mask),
    0n,
  );
  return count(eligible) >= needed ? eligible : undefined;
}

/** WAITING goes on by itself: whoever sees that enough members are eligible opens the next attempt, members in turns. */
export function planWaiting(state: RoundState, task: TaskView, self: number): Effect[] {
  const { registry } = state.view;
  if (registry.paused) return [];
  const eligible = openableBy(state, task);
  if (eligible !== undefined) {
    const key = `advance/open/${task.round}/${eligible.toString(16)}`;
    const turn = (self + task.round + task.aborts) % Math.max(1, task.members.length);
    const due = (state.local.openableSince ?? state.now) + turn * STAGGER_SECONDS;
    if (state.now < due) return [{ type: "wake", key: `wake/${key}`, time: due }];
    return [{ type: "act", key, act: { type: "advance", taskId: task.taskId } }];
  }
  const lapses = task.members
    .map((account) => licenseOf(registry, account).suspendedUntil)
    .filter((until) => Number.isFinite(until) && until > state.now);
  return lapses.length > 0 ? [{ type: "wake", key: "wake/suspension", time: Math.min(...lapses) }] : [];
}
