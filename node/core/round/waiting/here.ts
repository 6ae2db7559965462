import { has, members } from "../../ledger/masks.ts";
import { isBarred, isEligible, licenseOf } from "../../ledger/view/registry.ts";
import type { FinalRound, TaskView } from "../../ledger/view/task.ts";
import type { Address } from "../../primitives.ts";
import { earlyStopOf } from "../earlyStop.ts";
import { lostUpdate } from "../plan/submit.ts";
import { memberOf } from "../../ledger/view/task.ts";
import { attemptKey, ownKey, type RoundState } from "../state.ts";
import { type Doing, doingOf } from "./doing.ts";
import { whyNot } from "./opening.ts";
import { isInAttempt, type Wait, waitOf } from "./wait.ts";

/** Why a node has no part in the open attempt, or submits nothing to it. */
export type Part = "not in this attempt" | "absent" | "sits out" | "lost its update" | "diverged";

/** What a daemon waits for, and what it does itself meanwhile. */
export interface WaitHere {
  wait: Wait;
  part: Part | undefined;
  doing: Doing[];
}

/** A wait of which the ledger tells nothing. */
export const waitFor = (kind: Wait["kind"], facts: Partial<Wait> = {}): Wait => ({
  kind,
  round: undefined,
  attempt: undefined,
  phase: undefined,
  since: undefined,
  until: undefined,
  missing: [],
  barred: [],
  have: 0,
  needed: 0,
  ...facts,
});

/** What one node waits for at `state.now`; undefined where it has nothing to wait for: the task is over and its model is here. */
export function waitHere(state: RoundState): WaitHere | undefined {
  const { view, local, account, now } = state;
  const task = view.tasks.get(state.taskId);
  if (!task) return { wait: waitFor("history"), part: undefined, doing: [] };
  const stop = earlyStopOf(state.earlyStopping, task);
  if (task.phase === "finished" || stop) {
    const final = stop && local.models.has(task.model) ? stop.best : task.history.at(-1);
    const wait = local.models.has(final?.modelHash ?? task.model) ? undefined : waitForModel(task, account, final);
    return wait && { wait, part: undefined, doing: doingOf(state) };
  }
  const licence = waitForLicence(state, task);
  if (licence) return { wait: licence, part: undefined, doing: [] };
  const wait = waitOf(view, task, now);
  return wait && { wait, part: partOf(state, task), doing: doingOf(state) };
}

/** A node that may not act, or is not in the attempt and could not enter the next one. */
function waitForLicence({ view: { registry }, account, now }: RoundState, task: TaskView): Wait | undefined {
  if (task.phase !== "running" || isEligible(registry, account, now)) return undefined;
  if (!isBarred(registry, account, now) && isInAttempt(task, memberOf(task, account))) return undefined;
  const { suspendedUntil } = licenseOf(registry, account);
  return waitFor("licence", {
    round: task.round,
    missing: [account],
    reasons: [whyNot(registry, account, now)],
    until: suspendedUntil > now && Number.isFinite(suspendedUntil) ? suspendedUntil : undefined,
  });
}

/** A model is asked for from those who voted for it; the first one from its creator. */
function waitForModel(task: TaskView, account: Address, final: FinalRound | undefined): Wait {
  const holders = final ? members(final.voters).flatMap((member) => task.members[member] ?? []) : [task.creator];
  return waitFor("model", {
    round: task.round,
    since: task.history.at(-1)?.at.timestamp,
    missing: holders.filter((holder) => holder !== account),
  });
}

function partOf(state: RoundState, task: TaskView): Part | undefined {
  const self = memberOf(task, state.account);
  if (has(task.absent, self)) return "absent";
  const { attempt } = task;
  if (task.phase !== "running" || !attempt) return undefined;
  if (!has(attempt.snapshot, self)) return "not in this attempt";
  if (attempt.phase !== "submit" || attempt.submissions.has(self)) return undefined;
  if (state.local.satOut.has(attemptKey(attempt.round, attempt.attempt))) return "sits out";
  if (lostUpdate(state, task, attempt, self)) return "lost its update";
  return state.local.diverged.has(ownKey(attempt.round, attempt.base)) ? "diverged" : undefined;
}
