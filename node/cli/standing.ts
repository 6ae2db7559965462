import type { NetworkView } from "../core/ledger/view/network.ts";
import type { Address, Bytes32 } from "../core/primitives.ts";
import { taskStatus } from "./taskStatus.ts";
import { whyNotEligible } from "./words/licenses.ts";
import { waitingWords } from "./words/taskStatus.ts";

/**
 * Says how a daemon's task stands whenever that is other than it was: what keeps rounds from opening, where it found the task when it
 * started, and what keeps this node out of new rounds.
 * @returns what there is to say now, a sentence each
 */
export function standingReporter(taskId: Bytes32, account: Address): (view: NetworkView, now: number) => string[] {
  let isFirst = true;
  let waiting: string | undefined;
  let own: string | undefined;
  return (view, now) => {
    const task = view.tasks.get(taskId);
    if (!task || task.phase === "finished") return [];
    const before = { waiting, own, isFirst };
    isFirst = false;
    own = whyNotEligible(view.registry, account, now);
    waiting = task.phase === "waiting" ? lower(waitingWords(taskStatus(view, task, now))) : undefined;
    const said: string[] = [];
    if (waiting !== undefined && waiting !== before.waiting) said.push(waiting);
    if (waiting === undefined && before.isFirst) {
      const words = lower(waitingWords(taskStatus(view, task, now)));
      said.push(`round ${task.round}/${task.params.rounds} is under way: ${words}`);
    }
    if (own !== before.own)
      said.push(own ? `this node takes no part in new rounds: it ${own}` : "this node takes part again");
    return said;
  };
}

const lower = (text: string): string => `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
