import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { LocalPlan } from "./plan.ts";

/** The plan with another seed or number of rounds: writes the changed task file into the run's folder. Another seed also makes another first model. */
export async function seededTask<P extends LocalPlan>(
  plan: P,
  { seed, rounds }: { seed?: number; rounds?: number },
): Promise<P> {
  if (seed === undefined && rounds === undefined) return plan;
  const task = parseDocument(await readFile(plan.taskFile, "utf8"));
  if (seed !== undefined) task.setIn(["training", "seed"], seed);
  if (rounds !== undefined) task.setIn(["round", "rounds"], rounds);
  const taskFile = join(plan.dir, "task.yaml");
  await mkdir(plan.dir, { recursive: true, mode: 0o700 });
  await writeFile(taskFile, String(task));
  const changed = { ...plan, taskFile };
  if (seed !== undefined) delete changed.firstModel;
  return changed;
}
