import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeChangedTask } from "../../node/cli/local/changedTask.ts";
import type { LocalPlan } from "../../node/cli/local/plan.ts";

/** The plan with another seed or number of rounds: writes the changed task file into the run's folder. Another seed also makes another first model. */
export async function seededTask<P extends LocalPlan>(
  plan: P,
  { seed, rounds }: { seed?: number; rounds?: number },
): Promise<P> {
  if (seed === undefined && rounds === undefined) return plan;
  await mkdir(plan.dir, { recursive: true, mode: 0o700 });
  const taskFile = await writeChangedTask(plan.taskFile, join(plan.dir, "task.yaml"), {
    ...(seed === undefined ? {} : { "training.seed": seed }),
    ...(rounds === undefined ? {} : { "round.rounds": rounds }),
  });
  const changed = { ...plan, taskFile };
  if (seed !== undefined) delete changed.firstModel;
  return changed;
}
