import { CORE_RULES } from "../../daemon/components.ts";
import type { Policy } from "./policy.ts";

/** Takes the own merge for the round's model when it is made (against R6). */
export const adoptBeforeFinal: Policy = {
  words: "nodes adopt the model that they merged, before the ledger has finalized it",
  rules: () => ({
    ...CORE_RULES,
    step(state, event) {
      const effects = CORE_RULES.step(state, event);
      const task = state.view.tasks.get(state.taskId);
      if (event.type === "merged" && task?.attempt?.seen === event.seen) task.model = event.modelHash;
      return effects;
    },
  }),
};
