import type { RoundAct } from "../../core/ledger/acts.ts";
import { SwarmError } from "../../core/errors.ts";
import type { Effect } from "../../core/round/effects.ts";
import type { PeerEvent } from "../../core/round/events.ts";
import type { PeerContext } from "../components.ts";
import { announce } from "../hints.ts";
import { record } from "../journal.ts";

/** Refusals that only say that others were faster or the chain's clock is a little behind: normal, and not worth a warning. */
const HARMLESS = new Set([
  "TooEarly",
  "WrongPhase",
  "WrongAttempt",
  "WrongDigest",
  "AlreadySubmitted",
  "AlreadyVoted",
  "InvalidAttestation",
  "NotAbsent",
]);

/** Sends one transaction. What it speaks of is on disk already; a vote is journaled here, before it is signed (R7). */
export async function runAct(
  context: PeerContext,
  effect: Effect & { type: "act" },
  signal: AbortSignal,
): Promise<PeerEvent> {
  const { ledger, logger } = context;
  const { act, key } = effect;
  if (act.type === "vote") await recordVote(context, act);
  try {
    const { block } = await ledger.send(act, { signal });
    announce(context, act);
    logger.debug("sent", { act: act.type, key, block });
    return { type: "sent", key, block };
  } catch (error) {
    if (!(error instanceof SwarmError) || error.code !== "LEDGER_REFUSED") throw error;
    const reason = String(error.data.reason);
    if (HARMLESS.has(reason)) logger.debug("the ledger had moved on", { act: act.type, reason });
    else logger.warn(`the ledger refused to ${act.type}: ${error.message}`, { act: act.type, reason });
    return { type: "failed", key };
  }
}

async function recordVote(
  { disk, state, taskId }: PeerContext,
  { ref, modelHash }: RoundAct & { type: "vote" },
): Promise<void> {
  const { seen, round } = ref;
  const before = state.local.voted.get(seen)?.modelHash;
  if (before === modelHash) return;
  if (before) {
    throw new SwarmError(
      "VOTE_CHANGED",
      `this node voted for ${before} and now computed ${modelHash} from the same updates: its disk, memory or program is not to be trusted; run "swarm audit"`,
      { seen, before, modelHash },
    );
  }
  await record(disk, { type: "voted", task: taskId, seen, round, modelHash });
  // Known from here on, whatever becomes of the transaction: an event would come only once it was mined.
  state.local.voted.set(seen, { round, modelHash });
}
