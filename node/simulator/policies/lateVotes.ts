import { swarmScore } from "../../core/stopping/score.ts";
import { CORE_RULES } from "../../daemon/components.ts";
import type { Policy } from "./policy.ts";

/** Counts the evaluations of all votes that have come so far, and so stops when others do not (against R11). */
export const lateVotes: Policy = {
  rules: () => ({
    ...CORE_RULES,
    step(state, event) {
      const effects = CORE_RULES.step(state, event);
      const task = state.view.tasks.get(state.taskId);
      const final = task?.history.at(-1);
      if (!task?.finalAttempt || !final) return effects;
      const votes = [...task.finalAttempt.votes.values()].filter(({ modelHash }) => modelHash === final.modelHash);
      const score = swarmScore(votes, task.params.f);
      if (score === final.score) return effects;
      if (score === undefined) delete final.score;
      else final.score = score;
      return CORE_RULES.step(state, { type: "tick" });
    },
  }),
  schedule: (usual) => ({
    ...usual,
    earlyStopping: { patience: 1, minImprovement: 0.01, lies: "none" },
  }),
};
