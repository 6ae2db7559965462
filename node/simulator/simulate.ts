import { auditAtEnd } from "./checks/auditAtEnd.ts";
import { Recovery } from "./checks/recovery.ts";
import type { Violation } from "./checks/violation.ts";
import { eagerAttestation } from "./liars/eagerAttestation.ts";
import type { Policy } from "./policies/policy.ts";
import type { Schedule } from "./schedule/schedule.ts";
import { scheduleWords } from "./schedule/words.ts";
import { applyFault } from "./world/apply.ts";
import { People } from "./world/council.ts";
import { setUp } from "./world/setUp.ts";
import type { Say } from "./world/transcript.ts";
import { type Tally, World } from "./world/world.ts";

/** How a simulation ended. */
export interface Outcome {
  seed: number;
  violation: Violation | undefined;
  tally: Tally;
  /** Virtual milliseconds. */
  elapsed: number;
}

export interface SimulateOptions {
  policy?: Policy | undefined;
  /** Gets the transcript's lines. */
  say?: Say | undefined;
}

/**
 * Runs one schedule: real daemons on adapters in memory, all in one thread, on a clock that moves only when nobody has anything left to do.
 * The same schedule takes the same steps every time.
 */
export async function simulate(given: Schedule, { policy, say }: SimulateOptions = {}): Promise<Outcome> {
  const schedule = policy?.schedule?.(given) ?? given;
  const world = new World(schedule, policy, say);
  for (const line of say ? scheduleWords(schedule) : []) world.say("", line);
  await setUp(world);
  const people = new People(world);
  const recovery = new Recovery(world);
  planFaults(world, people, recovery);
  for (const work of [world.driver.run(), people.run()]) work.catch(() => undefined);
  eagerAttestation(world);
  for (const node of world.nodes) node.startIfDue();
  const onRejection = (error: unknown): void => world.violated("DAEMON_ENDED", `nobody caught: ${String(error)}`);
  process.on("unhandledRejection", onRejection);
  try {
    while (!world.violation && !recovery.isDone && (await world.clock.next())) {
      world.tally.steps++;
      world.check();
      recovery.check();
    }
    const wrong = world.violation ? undefined : await auditAtEnd(world);
    if (wrong) world.violated("AUDIT", wrong);
  } finally {
    process.off("unhandledRejection", onRejection);
    world.end.abort();
    for (const node of world.nodes) node.cutPower(0);
  }
  const { violation, tally, elapsed } = world;
  world.say("", violation ? `broken: ${violation.code}` : `kept all promises in ${tally.rounds} final rounds`);
  return { seed: schedule.seed, violation, tally, elapsed };
}

/** Sets the times of faults, of their ends, and of healing. */
function planFaults(world: World, people: People, recovery: Recovery): void {
  const ends = new Set<() => void>();
  const { faults, healAt } = world.schedule;
  for (const fault of faults) {
    world.later(fault.at, () => {
      const end = applyFault(world, people, fault);
      if (!end || !("ms" in fault)) return;
      ends.add(end);
      world.later(fault.ms, () => void (ends.delete(end) && end()));
    });
  }
  world.later(healAt, () => {
    world.say("HEAL", "all is well again");
    world.driver.noisy = false;
    for (const end of ends) end();
    ends.clear();
    for (const node of world.nodes) node.heal();
    recovery.begin();
  });
}
