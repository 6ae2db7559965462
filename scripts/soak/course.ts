import { setTimeout as sleep } from "node:timers/promises";
import { openDiskReadOnly } from "../../node/adapters/disk/openReadOnly.ts";
import type { AuditReport } from "../../node/core/audit/report.ts";
import type { LocalNetwork } from "../local/network.ts";
import type { Council } from "./council.ts";
import type { Faults } from "./faults.ts";
import type { Fault } from "./schedule.ts";
import type { Evidence } from "./verdict.ts";
import type { Watch } from "./watch.ts";

export interface CourseInit {
  network: LocalNetwork;
  watch: Watch;
  council: Council;
  faults: Faults;
  schedule: readonly Fault[];
  /** Of the schedule's time, unix seconds, and how long rounds go on from then. */
  start: number;
  seconds: number;
  say(text: string): void;
  /** Rounds are about to come to rest. */
  onResting(): void;
  signal: AbortSignal;
}

/** For all daemons to come to the last round once no further one opens. Milliseconds. */
const GATHERING = 180_000;
const LOOK_EVERY = 500;

/** The run from the first round to the audit. @throws the signal's reason; SwarmError where something could not go on */
export async function runCourse(init: CourseInit): Promise<Required<Pick<Evidence, "audit" | "mishaps">>> {
  const { network, watch, council, faults, schedule, start, seconds, say, signal } = init;
  await watch.until(({ attempts }) => attempts.length > 0, signal);
  await faults.run(schedule, start);
  await sleep(Math.max(0, start + seconds - Date.now() / 1000) * 1000, undefined, { signal });
  init.onResting();
  // Else files would be deleted while the audit asks for them.
  say("faults are over; pausing the opening of rounds, so that all come to rest");
  await council.pause();
  const late = await gather(network, watch, signal);
  say("auditing");
  const { exitCode, report } = await network.audit();
  const { verdict, findings } = report as Pick<AuditReport, "verdict" | "findings">;
  return {
    audit: { exitCode, verdict, findings: findings.map(({ code, text }) => `${code}: ${text}`) },
    mishaps: late.map((who) => `${who} did not come to the last round when all was over`),
  };
}

/** Waits until no attempt is open and every daemon holds the last model. @returns who did not in time */
async function gather({ at }: LocalNetwork, watch: Watch, signal: AbortSignal): Promise<string[]> {
  const { chronicle } = watch;
  const limit = AbortSignal.timeout(GATHERING);
  const inTime = AbortSignal.any([signal, limit]);
  const lacking = async (): Promise<string[]> => {
    const model = chronicle.finals().at(-1)?.modelHash;
    const lack: string[] = [];
    for (const [i, home] of at.clinics.entries())
      if (model && !(await (await openDiskReadOnly(home)).has("model", model))) lack.push(`clinic-${i + 1}`);
    return lack;
  };
  try {
    await watch.until(({ paused }) => paused, inTime);
    // A file that is written says nothing to this process.
    while ((await lacking()).length > 0) await sleep(LOOK_EVERY, undefined, { signal: inTime });
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error;
  }
  return chronicle.paused ? await lacking() : ["the task, whose last attempt is still open,"];
}
