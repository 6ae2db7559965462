import { applyEvent, emptyNetwork } from "../ledger/view/network.ts";
import type { Bytes32 } from "../primitives.ts";
import type { Effect } from "./effects.ts";
import type { PeerEvent } from "./events.ts";
import { openableBy } from "./plan/deadline.ts";
import { plan } from "./plan/plan.ts";
import { forgetPublished, forgetRounds, KEPT_ROUNDS } from "./forget.ts";
import { attemptKey, ownKey, type RoundState, unmatchedKey, verdictKey } from "./state.ts";

/** Seconds before a failed effect is tried again: doubles from the first to the last. */
const RETRY_FIRST_SECONDS = 0.25;
const RETRY_LAST_SECONDS = 8;

/**
 * Takes in one event and says what to do now. `state` belongs to the caller and is changed in place: copying a ledger for every event
 * would cost more than the rounds. Nothing else is read: the same state and event always give the same effects.
 * @returns effects that should be under way; the shell starts those whose key is not running yet and stops those that are not named any more
 */
export function step(state: RoundState, event: PeerEvent): Effect[] {
  takeIn(state, event);
  const task = state.view.tasks.get(state.taskId);
  if (!task) return [];
  if (event.type === "ledger" || event.type === "pruned") forgetPublished(task, state.local.prunedBefore);
  if (event.type === "ledger") forgetRounds(state.local, task.round - KEPT_ROUNDS);
  if (openableBy(state, task) === undefined) state.local.openableSince = undefined;
  else state.local.openableSince ??= state.now;
  const effects = plan(state);
  forgetOldFailures(state, effects);
  return effects.flatMap((effect) => gate(state, effect));
}

function takeIn(state: RoundState, event: PeerEvent): void {
  const { local } = state;
  switch (event.type) {
    case "ledger":
      for (const located of event.events) applyEvent(state.view, located);
      state.view.head = event.head;
      state.view.timestamp = Math.max(state.view.timestamp, event.timestamp);
      state.now = Math.max(state.now, event.timestamp);
      for (const [key, block] of local.sent) if (block <= event.head) local.sent.delete(key);
      return;
    case "rollback":
      state.view = emptyNetwork();
      local.sent.clear();
      local.failures.clear();
      return;
    case "tick":
      return;
    case "trained":
      local.own.set(ownKey(event.round, event.base), {
        round: event.round,
        base: event.base,
        sha256: event.sha256,
        weight: event.weight,
        ...(event.layers === undefined ? {} : { layers: event.layers }),
        ...(event.engine === undefined ? {} : { engine: event.engine }),
      });
      return;
    case "diverged":
      local.diverged.add(ownKey(event.round, event.base));
      return;
    case "sealed":
      local.sealed.set(event.seen, {
        round: event.round,
        attempt: event.attempt,
        cid: event.cid,
        sealed: event.sealed,
        offered: false,
      });
      return;
    case "sent":
      // Not seen in a final block yet; if it never is, the act is planned again once that block has passed (R9).
      if (event.block > state.view.head) local.sent.set(event.key, event.block);
      return;
    case "offered": {
      const sealed = local.sealed.get(event.seen);
      if (sealed) sealed.offered = true;
      return;
    }
    case "opened": {
      const { round, member, sha256, verdict } = event;
      const key = verdict === "unmatched" ? unmatchedKey(round, event) : verdictKey(round, member, sha256);
      local.verdicts.set(key, verdict);
      return;
    }
    case "merged":
      local.merged.set(event.seen, { round: event.round, modelHash: event.modelHash, evaluation: event.evaluation });
      local.models.add(event.modelHash);
      return;
    case "modelHeld":
      local.models.add(event.sha256);
      return;
    case "evaluated":
      local.evaluated.add(event.model);
      return;
    case "pruned":
      local.prunedBefore = Math.max(local.prunedBefore, event.before);
      for (const sha256 of event.models) local.models.delete(sha256);
      return;
    case "lost":
      forgetFile(state, event.kind, event.sha256);
      return;
    case "failed": {
      const attempts = (local.failures.get(event.key)?.attempts ?? 0) + 1;
      const delay = event.retryAfter ?? Math.min(RETRY_LAST_SECONDS, RETRY_FIRST_SECONDS * 2 ** (attempts - 1));
      local.failures.set(event.key, { attempts, retryAt: state.now + delay });
    }
  }
}

/** Takes back what was counted on a file that is gone, so that the plan asks for it again. */
function forgetFile(state: RoundState, kind: "update" | "model" | "sealed", sha256: Bytes32): void {
  const { local } = state;
  if (kind === "model") {
    local.models.delete(sha256);
    for (const [seen, merged] of local.merged) if (merged.modelHash === sha256) local.merged.delete(seen);
  } else if (kind === "update") {
    for (const key of local.verdicts.keys()) if (key.endsWith(sha256)) local.verdicts.delete(key);
    // Its hash may be signed already: another file can be submitted to a later attempt only (R2, R7), and none where the ledger has it.
    const open = state.view.tasks.get(state.taskId)?.attempt;
    for (const [key, own] of local.own) {
      if (own.sha256 !== sha256) continue;
      local.own.delete(key);
      if (open?.round === own.round) local.satOut.add(attemptKey(own.round, open.attempt));
    }
  } else {
    // Sealing again would give another CID than the one that was signed (R7); members get the opened file by its hash instead (R5).
    for (const own of local.sealed.values()) if (own.sealed === sha256) own.offered = true;
  }
}

function forgetOldFailures(state: RoundState, effects: Effect[]): void {
  if (state.local.failures.size === 0) return;
  const planned = new Set(effects.map((effect) => effect.key));
  for (const key of state.local.failures.keys()) if (!planned.has(key)) state.local.failures.delete(key);
}

/** Holds back what was sent and waits for its block, and what failed and waits for its next try. */
function gate(state: RoundState, effect: Effect): Effect[] {
  if (state.local.sent.has(effect.key)) return [];
  const failure = state.local.failures.get(effect.key);
  if (failure && state.now < failure.retryAt)
    return [{ type: "wake", key: `wake/retry/${effect.key}`, time: failure.retryAt }];
  return [effect];
}
