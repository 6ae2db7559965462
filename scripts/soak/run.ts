import { join } from "node:path";
import { readPublicIdentity } from "../../node/adapters/keys/publicIdentity.ts";
import { createLogger } from "../../node/adapters/system/logger.ts";
import { SwarmError } from "../../node/core/errors.ts";
import type { Address } from "../../node/core/primitives.ts";
import type { RoundRecord } from "../../node/daemon/components.ts";
import { openLocalNetwork } from "../local/network.ts";
import { COLLECTING } from "./collect.ts";
import { councilOf } from "./council.ts";
import { runCourse } from "./course.ts";
import { Faults } from "./faults.ts";
import { Fleet } from "./fleet.ts";
import { soakPlan } from "./plan.ts";
import type { Report } from "./rounds.ts";
import { Samples } from "./samples.ts";
import { scheduleOf } from "./schedule.ts";
import { type Evidence, judge, type Verdict } from "./verdict.ts";
import { Warden } from "./warden.ts";
import { Watch } from "./watch.ts";

export interface SoakInit {
  minutes: number;
  nodes: number;
  seed: number;
  dir: string;
  say(text: string): void;
  signal: AbortSignal;
}

export interface SoakResult extends Verdict {
  /** From the first round on. */
  seconds: number;
  faults: Faults["done"];
  logBytes: number;
  /** Blocks that the chain lost, at each fall that lost any. */
  blocksLost: number[];
}

const PROGRESS_EVERY = 10_000;

const now = (): number => Date.now() / 1000;

/** Runs the network under faults for some minutes, lets it come to rest, audits it, ends it. What was seen is judged also where the run was broken off. */
export async function soak({ minutes, nodes, seed, dir, say, signal }: SoakInit): Promise<SoakResult> {
  const plan = await soakPlan(dir, nodes, seed);
  const logger = createLogger({ level: "info", destination: join(dir, "soak.log") });
  await using warden = new Warden();
  let chain: number | undefined;
  await using network = await openLocalNetwork({
    plan,
    say,
    signal,
    logger,
    execArgv: COLLECTING,
    async onChain(pid) {
      if (chain !== undefined) await warden.forget(chain);
      chain = pid;
      await warden.watch(pid, "SIGTERM");
    },
  });
  const watch = new Watch({ network: network.at.network, rpcUrl: network.rpcUrl, logger });
  const { chronicle } = watch;
  const reports: Report[] = [];
  await network.startDaemons((node, { event, ...record }) => {
    const { round, modelHash } = record as unknown as RoundRecord;
    if (event === "round") reports.push({ node, round, modelHash, at: now() });
  });
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  const fleet = new Fleet({ network, warden, say, signal: either });
  const accounts: Address[] = [];
  for (const home of network.at.clinics) accounts.push((await readPublicIdentity(join(home, "keys"))).account);
  const council = councilOf(network, plan.threshold, either);
  const faults = new Faults({ network, fleet, council, watch, accounts, f: plan.f, say, signal: either });
  // Time in which nothing happens would make figures look level.
  const resting = new AbortController();
  const samples = new Samples({
    fleet,
    homes: network.at.clinics,
    memoryFile: join(dir, "memory.jsonl"),
    retained: () => chronicle.submissionsSince(chronicle.finals().length - plan.retainRounds + 1),
    pruning: () => chronicle.finals().length > plan.retainRounds,
    signal: AbortSignal.any([either, resting.signal]),
  });
  const start = now();
  const seconds = minutes * 60;
  const schedule = scheduleOf({ seed, nodes, f: plan.f, seconds });
  const common = { network, watch, council, faults, schedule, start, seconds, say, signal: either };
  const course = runCourse({ ...common, onResting: () => resting.abort() });
  const tell = setInterval(
    () => say(`${clock(now() - start)}  ${progress(watch)}, faults now: ${faults.words()}`),
    PROGRESS_EVERY,
  );
  const background = [watch.run(either), samples.run()];
  let audit: Evidence["audit"];
  const mishaps: string[] = [];
  try {
    const ended = await Promise.race([course, ...background.map((work) => work.then(() => course))]);
    audit = ended.audit;
    mishaps.push(...ended.mishaps);
  } catch (error) {
    if (!signal.aborted) mishaps.push(error instanceof SwarmError ? error.message : String((error as Error).stack));
  } finally {
    clearInterval(tell);
    await fleet.close();
    done.abort(new SwarmError("SOAK_OVER", "the soak is over"));
    // What is being started meanwhile has to be there before it can be ended.
    await Promise.allSettled([course, ...background]);
  }
  const verdict = judge({
    attempts: chronicle.attempts,
    submitSeconds: plan.phaseSeconds,
    phasesSeconds: 3 * plan.phaseSeconds,
    nodes,
    outages: faults.outages,
    standstills: faults.standstills,
    end: now(),
    reports,
    lives: fleet.lives,
    disks: samples.disks,
    mishaps: [...fleet.mishaps, ...mishaps],
    audit,
  });
  const { done: faultsDone } = faults;
  return { ...verdict, seconds: now() - start, faults: faultsDone, logBytes: samples.logBytes, blocksLost: watch.lost };
}

function progress({ chronicle }: Watch): string {
  const aborted = chronicle.attempts.filter(({ outcome }) => outcome === "aborted").length;
  return `${chronicle.finals().length} rounds final, ${aborted} attempts aborted`;
}

const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
