import { join } from "node:path";

/** A network of several clinics on this machine, in one folder. */
export interface LocalPlan {
  /** Everything that the network writes lies below it. */
  dir: string;
  /** How many licensors, and how many of them decide. */
  licensors: number;
  threshold: number;
  /** CSV of each clinic's rows. */
  data: string[];
  /** Licensed nodes without rows, as servers of other working modes are; none where it is left out. */
  servers?: number;
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
  servers: Array.from({ length: plan.servers ?? 0 }, (_, i) => join(plan.dir, `server-${i + 1}`)),
  auditor: join(plan.dir, "auditor"),
});

export type Places = ReturnType<typeof places>;
