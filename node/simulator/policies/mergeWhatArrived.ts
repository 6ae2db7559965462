import type { Effect } from "../../core/round/effects.ts";
import { includedOf } from "../../core/round/plan/merge.ts";
import { type RoundState, verdictOn } from "../../core/round/state.ts";
import { CORE_RULES } from "../../daemon/components.ts";
import type { Policy } from "./policy.ts";

/** Share of the merge phase after which a node makes do with what it has. */
const IMPATIENT_AFTER = 0.25;

/** What an impatient node adds to the plan: a merge of the included updates that it happens to hold. */
function hastyMerge(state: RoundState): Effect[] {
  const task = state.view.tasks.get(state.taskId);
  const attempt = task?.attempt;
  if (attempt?.phase !== "merge" || state.local.merged.has(attempt.seen) || !state.local.models.has(attempt.base))
    return [];
  const { round, attempt: number, seen, base, phaseSince, deadline } = attempt;
  if (state.now < phaseSince + IMPATIENT_AFTER * (deadline - phaseSince)) return [];
  const all = includedOf(attempt);
  const arrived = all.filter((submission) => verdictOn(state.local, round, submission) === "held");
  if (arrived.length === 0 || arrived.length === all.length) return [];
  return [{ type: "merge", key: `merge/${seen}`, round, attempt: number, seen, base, included: arrived }];
}

export const mergeWhatArrived: Policy = {
  words: "nodes merge the included updates that have arrived, without waiting for the rest",
  rules() {
    // Some rules cannot merge so few: that is not tried again, since the core's pauses between tries are for its own effects only.
    const failed = new Set<string>();
    return {
      ...CORE_RULES,
      step(state, event) {
        if (event.type === "failed") failed.add(event.key);
        return [...CORE_RULES.step(state, event), ...hastyMerge(state).filter(({ key }) => !failed.has(key))];
      },
    };
  },
};
