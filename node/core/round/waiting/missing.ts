import { has } from "../../ledger/masks.ts";
import type { AttemptView, TaskView } from "../../ledger/view/task.ts";

/**
 * Whether a member that the open phase waits for is missing, rather than only not done yet: the phase's time is over, it let the phase before
 * pass, or it did nothing in the attempt before. @param now unix seconds of the chain
 */
export function isMissing(task: TaskView, attempt: AttemptView, member: number, now: number): boolean {
  if (now >= attempt.deadline) return true;
  if (attempt.phase === "submit") return has(task.idle, member);
  const hasAttested = attempt.attestations.has(member);
  return attempt.phase === "attest" ? !attempt.submissions.has(member) && !hasAttested : !hasAttested;
}
