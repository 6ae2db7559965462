import { join, resolve } from "node:path";

/** A network of several clinics on this machine, in one folder. */
export interface LocalPlan {
  /** Everything that the network writes lies below it. */
  dir: string;
  /** How many licensors, and how many of them decide. */
  licensors: number;
  threshold: number;
  /** CSV of each clinic's rows. */
  data: string[];
  taskFile: string;
  /** File of the first model; made from the task's seed where it is left out. */
  firstModel?: string;
}

export const places = (plan: LocalPlan) => ({
  chain: join(plan.dir, "chain"),
  network: join(plan.dir, "deployment.json"),
  password: join(plan.dir, "password"),
  licensors: Array.from({ length: plan.licensors }, (_, i) => join(plan.dir, `licensor-${i + 1}`)),
  clinics: plan.data.map((_, i) => join(plan.dir, `clinic-${i + 1}`)),
  auditor: join(plan.dir, "auditor"),
});

export type Places = ReturnType<typeof places>;

const example = (file: string): string => resolve(import.meta.dirname, "../../examples/wdbc", file);

/** The example that `npm start` shows: four clinics, breast cancer diagnosis. */
export function wdbcPlan(dir: string): LocalPlan & { test: string; pooled: string } {
  return {
    dir,
    licensors: 3,
    threshold: 2,
    data: [0, 1, 2, 3].map((i) => example(`data/train_site${i}.csv`)),
    taskFile: example("task.yaml"),
    firstModel: example("first-model.safetensors"),
    test: example("data/test.csv"),
    pooled: example("data/train_all.csv"),
  };
}
