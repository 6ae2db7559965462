import type { PolicyName } from "../policies/names.ts";
import { POLICIES } from "../policies/policies.ts";
import { makeSchedule } from "../schedule/makeSchedule.ts";
import type { Schedule, Shape } from "../schedule/schedule.ts";
import { type Outcome, simulate } from "../simulate.ts";
import type { Say } from "../world/transcript.ts";

/** One simulation to be run, in a form that goes to another thread. */
export interface Job {
  seed: number;
  shape: Shape;
  policy: PolicyName | undefined;
}

/** Runs the schedule of a job's seed, or another one under the same policy. */
export function runJob({ seed, shape, policy }: Job, schedule?: Schedule, say?: Say): Promise<Outcome> {
  return simulate(schedule ?? makeSchedule(seed, shape), { policy: policy && POLICIES[policy], say });
}
