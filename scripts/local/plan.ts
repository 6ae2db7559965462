import { resolve } from "node:path";
import type { LocalPlan } from "../../node/cli/local/plan.ts";

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
