import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openDiskReadOnly } from "../../node/adapters/disk/openReadOnly.ts";
import { readPublicIdentity } from "../../node/adapters/keys/publicIdentity.ts";
import { createLogger } from "../../node/adapters/system/logger.ts";
import { SwarmError } from "../../node/core/errors.ts";
import type { Address, Bytes32 } from "../../node/core/primitives.ts";
import type { RoundRecord } from "../../node/daemon/components.ts";
import { openLocalNetwork } from "../local/network.ts";
import { councilOf } from "./council.ts";
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
  /** Seconds from the first round on. */
  seconds: number;
  faults: Faults["done"];
  logBytes: number;
}

const PROGRESS_EVERY = 10_000;
/** For all daemons to come to the last round once no further one opens. Milliseconds. */
const GATHERING = 180_000;

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
    async onChain(pid) {
      if (chain !== undefined) await warden.forget(chain);
      chain = pid;
      await warden.watch(pid, "SIGTERM");
    },
  });
  const watch = new Watch({ network: network.at.network, rpcUrl: network.rpcUrl, logger });
  const reports: Report[] = [];
  await network.startDaemons((node, { event, ...record }) => {
    const { round, modelHash } = record as unknown as RoundRecord;
    if (event === "round") reports.push({ node, round, modelHash, at: now() });
    watch.look();
  });
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  const fleet = new Fleet({ network, warden, say, signal });
  const accounts: Address[] = [];
  for (const home of network.at.clinics) accounts.push((await readPublicIdentity(join(home, "keys"))).account);
  const council = councilOf(network, plan.threshold, signal);
  const faults = new Faults({ network, fleet, council, watch, accounts, f: plan.f, say, signal: either });
  const pruning = (): boolean => watch.chronicle.finals().length > plan.retainRounds;
  // Time in which nothing happens would make figures look level.
  const resting = new AbortController();
  const working = AbortSignal.any([either, resting.signal]);
  const samples = new Samples({ fleet, homes: network.at.clinics, pruning, signal: working });
  let audit: Evidence["audit"];
  const mishaps: string[] = [];
  const start = now();

  const course = async (): Promise<void> => {
    await watch.until(({ attempts }) => attempts.length > 0, either);
    const seconds = minutes * 60;
    await faults.run(scheduleOf({ seed, nodes, f: plan.f, seconds }), start);
    await sleep(Math.max(0, (start + seconds - now()) * 1000), undefined, { signal: either });
    resting.abort();
    say("faults are over; pausing the opening of rounds, so that all come to rest");
    await council.pause();
    const late = await gather();
    if (late.length > 0) mishaps.push(`not at the last round when all was over: ${late.join(", ")}`);
    say("auditing");
    const { exitCode, report } = await network.audit();
    audit = { exitCode, verdict: String((report as { verdict: unknown }).verdict) };
  };

  /** Waits until no attempt is open and every daemon holds the last model. @returns who did not in time */
  const gather = async (): Promise<string[]> => {
    const limit = AbortSignal.timeout(GATHERING);
    const last = (): Bytes32 | undefined => watch.chronicle.finals().at(-1)?.modelHash;
    const lacking = async (): Promise<string[]> => {
      const model = last();
      const lack: string[] = [];
      for (const [i, home] of network.at.clinics.entries())
        if (model && !(await (await openDiskReadOnly(home)).has("model", model))) lack.push(`clinic-${i + 1}`);
      return lack;
    };
    const inTime = AbortSignal.any([either, limit]);
    try {
      await watch.until(({ paused }) => paused, inTime);
      // A file that is written says nothing to this process.
      while ((await lacking()).length > 0) await sleep(500, undefined, { signal: inTime });
    } catch (error) {
      if (!limit.aborted || either.aborted) throw error;
    }
    return watch.chronicle.paused ? await lacking() : ["the task, whose last attempt is still open"];
  };

  const tell = setInterval(() => {
    const { attempts } = watch.chronicle;
    const aborted = attempts.filter(({ outcome }) => outcome === "aborted").length;
    say(
      `${clock(now() - start)}  ${watch.chronicle.finals().length} rounds final, ${aborted} attempts aborted, faults now: ${faults.words()}`,
    );
  }, PROGRESS_EVERY);
  const background = [watch.run(either), samples.run()];
  try {
    await Promise.race([course(), ...background.map((work) => work.then(() => new Promise<never>(() => undefined)))]);
  } catch (error) {
    if (!signal.aborted) mishaps.push(error instanceof SwarmError ? error.message : String((error as Error).stack));
  } finally {
    clearInterval(tell);
    await fleet.close();
    done.abort(new SwarmError("SOAK_OVER", "the soak is over"));
    await Promise.allSettled(background);
  }
  const verdict = judge({
    attempts: watch.chronicle.attempts,
    submitSeconds: plan.phaseSeconds,
    phasesSeconds: 3 * plan.phaseSeconds,
    nodes,
    outages: faults.outages,
    standstills: faults.standstills,
    end: now(),
    reports,
    lives: fleet.lives,
    disks: samples.disks,
    logBytes: samples.logBytes,
    mishaps: [...fleet.mishaps, ...mishaps],
    audit,
  });
  return { ...verdict, seconds: now() - start, faults: faults.done, logBytes: samples.logBytes };
}

const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
