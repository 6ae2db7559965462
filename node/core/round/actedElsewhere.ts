import type { LocatedEvent } from "../ledger/events.ts";
import { type RoundState, selfOf } from "./state.ts";

/**
 * Acts of this node's account that are on the ledger though it never signed them: another program has its key. What it signs itself is in its
 * journal before (R7). Attestations are not looked at: they tell of files and not of who holds the key, and equal ones are no harm.
 * @returns which act it is, in words; undefined where there is nothing to say
 */
export function actedElsewhere(state: RoundState, event: LocatedEvent): string | undefined {
  if (event.type !== "UpdateSubmitted" && event.type !== "ModelVoted") return undefined;
  if (event.taskId !== state.taskId || event.member !== selfOf(state)) return undefined;
  const { round, attempt } = event;
  const where = `round ${round}, attempt ${attempt + 1}`;
  if (event.type === "UpdateSubmitted") {
    const sealed = [...state.local.sealed.values()];
    return sealed.some(({ cid }) => cid === event.cid) ? undefined : `an update for ${where}`;
  }
  const voted = [...state.local.voted.values()];
  const own = voted.some((vote) => vote.round === round && vote.modelHash === event.modelHash);
  return own ? undefined : `a vote in ${where}`;
}
