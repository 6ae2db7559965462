import type { RoundAct } from "../../core/ledger/acts.ts";
import { SwarmError } from "../../core/errors.ts";
import type { Effect } from "../../core/round/effects.ts";
import type { PeerEvent } from "../../core/round/events.ts";
import type { Hint } from "../../ports/network.ts";
import type { PeerContext } from "../components.ts";
import { announce } from "../hints.ts";
import { record } from "../journal.ts";

const WHAT: Partial<Record<RoundAct["type"], Hint["what"]>> = { submit: "submitted", attest: "attested", vote: "voted" };

/** Refusals that only say that others were faster or the chain's clock is a little behind: normal, and not worth a warning. */
const HARMLESS = new Set(["TooEarly", "WrongPhase", "WrongAttempt", "WrongDigest", "AlreadySubmitted", "AlreadyVoted", "InvalidAttestation", "NotAbsent"]);

/** Sends one transaction. What it speaks of is on disk already; a vote is journaled here, before it is signed (R7). */
export async function runAct(context: PeerContext, effect: Effect & { type: "act" }, signal: AbortSignal): Promise<PeerEvent> {
  const { ledger, logger } = context;
  const { act, key } = effect;
  const vote = act.type === "vote" ? { seen: act.ref.seen, modelHash: act.modelHash } : undefined;
  if (vote) await recordVote(context, vote);
  try {
    const { block } = await ledger.send(act, { signal });
    const what = WHAT[act.type];
    if (what && "ref" in act) announce(context, { round: act.ref.round, attempt: act.ref.attempt, what });
    logger.debug("sent", { act: act.type, key, block });
    return { type: "sent", key, block, ...(vote ? { vote } : {}) };
  } catch (error) {
    if (!(error instanceof SwarmError) || error.code !== "LEDGER_REFUSED") throw error;
    const reason = String(error.data.reason);
    if (HARMLESS.has(reason)) logger.debug("the ledger had moved on", { act: act.type, reason });
    else logger.warn(`the ledger refused to ${act.type}: ${error.message}`, { act: act.type, reason });
    return { type: "failed", key };
  }
}

async function recordVote(context: PeerContext, vote: { seen: `0x${string}`; modelHash: `0x${string}` }): Promise<void> {
  const before = context.state.local.voted.get(vote.seen);
  if (before === vote.modelHash) return;
  if (before) {
    throw new SwarmError("VOTE_CHANGED", `this node voted for ${before} and now computed ${vote.modelHash} from the same updates: its disk, memory or program is not to be trusted; run "swarm audit"`, vote);
  }
  await record(context.disk, { type: "voted", task: context.taskId, ...vote });
}
