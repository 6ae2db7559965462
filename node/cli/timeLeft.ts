import type { TaskView } from "../core/ledger/view/task.ts";
import { duration } from "../core/units.ts";

/** Rounds at the end of the history that tell how fast they are now, and fewest that tell anything. */
const LAST = 20;
const FEWEST = 3;
/** Seconds up to which seconds are told; above, they would only flicker. */
const COARSE = 120;

/** How long the rounds that are left will take if they go on as the last ones did: `about 12 min to go`. Empty where nothing tells yet. */
export function timeLeftWords({ history, params, phase }: Pick<TaskView, "history" | "params" | "phase">): string {
  const last = history.slice(-LAST);
  const [from, to] = [last[0], last.at(-1)];
  if (phase !== "running" || !from || !to || last.length < FEWEST) return "";
  const each = (to.at.timestamp - from.at.timestamp) / (last.length - 1);
  const seconds = each * (params.rounds - to.round);
  if (seconds <= 0) return "";
  return `about ${duration(seconds > COARSE ? Math.ceil(seconds / 60) * 60 : seconds)} to go`;
}
