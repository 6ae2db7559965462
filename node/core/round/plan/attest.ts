import { bit, has } from "../../ledger/masks.ts";
import type { AttemptView, TaskView } from "../../ledger/view/task.ts";
import type { Effect } from "../effects.ts";
import { attemptKey, type RoundState, verdictOn } from "../state.ts";

/** Share of a phase after which a member attests what it has instead of waiting to attest everything at once. */
const PARTIAL_AFTER = 0.4;

/** ATTEST: offer the own sealed file, get and check everyone's, attest what is held and what is refused. */
export function planAttest(state: RoundState, task: TaskView, attempt: AttemptView, self: number): Effect[] {
  const offers = planOffer(state, attempt, self);
  // Everyone offers at the same moment: who first offers and then asks, asks for what is there, and no request has to be repeated.
  const offering = offers.some(({ key }) => !state.local.failures.has(key));
  return [...offers, ...(offering ? [] : planOpen(state, attempt)), ...planAttestation(state, task, attempt, self)];
}

/** R2: bytes are offered once submissions are closed in a final block, which is when this phase begins here. */
export function planOffer(state: RoundState, attempt: AttemptView, self: number): Effect[] {
  const submission = attempt.submissions.get(self);
  if (!submission) return [];
  return [...state.local.sealed.values()]
    .filter((own) => own.cid === submission.cid && !own.offered)
    .map(({ round, attempt: number, cid, sealed }) => ({
      type: "offer",
      key: `offer/${cid}`,
      round,
      attempt: number,
      cid,
      sealed,
    }));
}

/**
 * Asks for every submitted update that has no verdict yet, the own one included: what is attested was checked by the same rule. What enough
 * members hold although its author offered this one something else is asked for until it comes (R5).
 */
export function planOpen(state: RoundState, attempt: AttemptView): Effect[] {
  const { round, base, included } = attempt;
  return [...attempt.submissions.values()]
    .map((submission) => ({ submission, before: verdictOn(state.local, round, submission) }))
    .filter(({ submission, before }) => !before || (before === "unmatched" && has(included, submission.member)))
    .map(({ submission, before }) => ({
      type: "open",
      key: `open/${attemptKey(round, attempt.attempt)}/${submission.member}/${submission.cid}`,
      round,
      attempt: attempt.attempt,
      base,
      submission,
      included: before === "unmatched",
    }));
}

function planAttestation(state: RoundState, task: TaskView, attempt: AttemptView, self: number): Effect[] {
  const { round, seen, phaseSince, deadline } = attempt;
  const before = attempt.attestations.get(self) ?? { held: 0n, refused: 0n };
  let held = 0n;
  let refused = 0n;
  let undecided = 0;
  for (const submission of attempt.submissions.values()) {
    const { member } = submission;
    if (has(before.held | before.refused, member)) continue;
    const verdict = verdictOn(state.local, round, submission);
    if (verdict === "held") held |= bit(member);
    else if (verdict) refused |= bit(member);
    else undecided++;
  }
  if (held === 0n && refused === 0n) return [];
  const at = attemptKey(round, attempt.attempt);
  const partialFrom = phaseSince + PARTIAL_AFTER * (deadline - phaseSince);
  if (undecided > 0 && state.now < partialFrom) return [{ type: "wake", key: `wake/attest/${at}`, time: partialFrom }];
  const ref = { taskId: task.taskId, round, attempt: attempt.attempt, seen };
  const key = `attest/${at}/${seen}/${held.toString(16)}/${refused.toString(16)}`;
  return [{ type: "act", key, act: { type: "attest", ref, held, refused } }];
}
