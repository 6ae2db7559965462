import type { RoundAct } from "../core/ledger/acts.ts";
import type { AttemptView } from "../core/ledger/view/task.ts";
import { votesNeeded } from "../core/round/thresholds.ts";
import type { Hint } from "../ports/network.ts";
import type { PeerContext } from "./components.ts";

const WHAT: Partial<Record<RoundAct["type"], Hint["what"]>> = {
  submit: "submitted",
  attest: "attested",
  vote: "voted",
};

/**
 * Tells members that it is worth looking at the ledger now, where this node's act probably ended a phase: nobody has to do anything about the
 * acts before. Losing a hint costs time and nothing else, so it is not waited for.
 */
export function announce(context: PeerContext, act: RoundAct): void {
  const what = WHAT[act.type];
  if (what === undefined || !("ref" in act) || !endsPhase(context, act)) return;
  const { taskId, round, attempt } = act.ref;
  context.network.publishHint({ taskId, round, attempt, what }).catch((error: unknown) => {
    context.logger.debug("a hint was not sent", { what, error });
  });
}

function endsPhase(
  { state }: PeerContext,
  { type, ref }: RoundAct & { ref: { round: number; attempt: number } },
): boolean {
  const task = state.view.tasks.get(state.taskId);
  const attempt = task?.attempt;
  // Unknown right after a rollback: better a hint too many.
  if (!task || attempt?.round !== ref.round || attempt.attempt !== ref.attempt) return true;
  return ACTED[type]?.(attempt, task.params.f) ?? false;
}

/** Whether all others' acts are in already, as far as this node has seen. */
const ACTED: Partial<Record<RoundAct["type"], (attempt: AttemptView, f: number) => boolean>> = {
  submit: ({ phase, submissions, n }) => phase !== "submit" || submissions.size >= n - 1,
  attest: ({ phase, attestations, n }) => phase !== "attest" || attestations.size >= n - 1,
  vote: ({ votes, n }, f) => votes.size >= votesNeeded(n, f) - 1,
};
