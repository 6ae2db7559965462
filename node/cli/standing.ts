import type { NetworkView } from "../core/ledger/view/network.ts";
import type { Address, Bytes32 } from "../core/primitives.ts";
import { earlyStopOf } from "../core/round/earlyStop.ts";
import { waitOf } from "../core/round/waiting/wait.ts";
import { clockWords, waitWords } from "../core/round/waiting/words.ts";
import type { StoppingRule } from "../core/stopping/progress.ts";
import { type Names, nameIn } from "./names.ts";
import { whyNotEligible } from "./words/licenses.ts";

export interface StandingInit {
  taskId: Bytes32;
  account: Address;
  /** The task's, where it has it. */
  earlyStopping?: StoppingRule | undefined;
  /** What the operator calls accounts. */
  names?: Names;
}

/**
 * Says how a daemon's task stands whenever that is other than it was: what keeps rounds from opening, where it found the task when it
 * started, and what keeps this node out of new rounds.
 * @returns what there is to say now, a sentence each
 */
export function standingReporter({
  taskId,
  account,
  earlyStopping,
  names = new Map(),
}: StandingInit): (view: NetworkView, now: number) => string[] {
  const nameOf = nameIn(new Map([...names, [account, "this node"]]));
  let isFirst = true;
  let waiting: string | undefined;
  let own: string | undefined;
  return (view, now) => {
    const task = view.tasks.get(taskId);
    if (!task || task.phase === "finished" || earlyStopOf(earlyStopping, task)) return [];
    const before = { waiting, own, isFirst };
    isFirst = false;
    own = whyNotEligible(view.registry, account, now);
    const wait = waitOf(view, task, now);
    // Without a clock: the daemon says it again by itself when it lasts.
    waiting = wait && task.phase === "waiting" ? waitWords(wait, nameOf) : undefined;
    const said: string[] = [];
    if (waiting !== undefined && waiting !== before.waiting) said.push(waiting);
    if (wait?.phase !== undefined && before.isFirst) {
      const words = waitWords(wait, nameOf) + clockWords(wait, now);
      said.push(`round ${task.round}/${task.params.rounds} is under way, phase ${wait.phase}: ${words}`);
    }
    if (own !== before.own)
      said.push(own ? `this node takes no part in new rounds: it ${own}` : "this node takes part again");
    return said;
  };
}
