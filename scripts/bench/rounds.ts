import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RoundRecord } from "../../node/daemon/components.ts";
import type { DaemonEvent } from "../../node/cli/local/daemons.ts";
import { openLocalNetwork } from "../local/network.ts";
import { wdbcPlan } from "../local/plan.ts";
import { seededTask } from "../local/seeded.ts";
import { quantiles, type Quantiles } from "./quantiles.ts";

export interface RoundFigures {
  rounds: number;
  clinics: number;
  /** Milliseconds from one FINAL to the next, less the slowest node's training. */
  beyondTrainingMs: Quantiles;
  trainingMs: Quantiles;
  /** All daemons' bytes sent, encryption and framing included. */
  bytesPerRound: Quantiles;
  /** Spawning to being able to submit: one daemon by itself, then all together. */
  readyAloneMs: number;
  readyTogetherMs: number[];
  /** Processor time of a daemon per round, everything included. */
  cpuMsPerRound: (number | undefined)[];
  /** Largest resident memory of each daemon after all rounds, MB; `undefined` where the system does not tell. */
  peakMb: (number | undefined)[];
}

/** The example task with real daemons, in processes of their own, on the local chain. Uses a temporary folder and deletes it. */
export async function benchRounds(
  rounds: number,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<RoundFigures> {
  const dir = await mkdtemp(join(tmpdir(), "swarm-bench-"));
  try {
    const plan = await seededTask(wdbcPlan(dir), { rounds });
    await using network = await openLocalNetwork({ plan, say, signal });
    const records: RoundRecord[][] = plan.data.map(() => []);
    const readyAloneMs = await network.tryDaemon();
    const keep = (clinic: number, { event, ...record }: DaemonEvent): void => {
      if (event === "round") records[clinic]?.push(record as unknown as RoundRecord);
    };
    await network.startDaemons(keep, { atOnce: true });
    const readyTogetherMs = await Promise.all(network.daemons.map(({ ready }) => ready));
    const before = await Promise.all(network.daemons.map(({ process }) => processorMs(process.pid)));
    await network.finished();
    const after = await Promise.all(network.daemons.map(({ process }) => processorMs(process.pid)));
    const cpuMsPerRound = after.map((ms, i) => (ms === undefined ? undefined : (ms - (before[i] ?? 0)) / rounds));
    const peakMb = await Promise.all(network.daemons.map(({ process }) => peakMemory(process.pid)));
    return {
      rounds,
      clinics: plan.data.length,
      ...perRound(records),
      readyAloneMs,
      readyTogetherMs,
      cpuMsPerRound,
      peakMb,
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function perRound(records: RoundRecord[][]): Pick<RoundFigures, "beyondTrainingMs" | "trainingMs" | "bytesPerRound"> {
  const [first = []] = records;
  const beyond: number[] = [];
  const training: number[] = [];
  const bytes: number[] = [];
  for (let i = 1; i < first.length; i++) {
    const [before, now] = [first[i - 1], first[i]] as [RoundRecord, RoundRecord];
    const slowest = Math.max(
      ...records.map((clinic) => clinic.find(({ round }) => round === now.round)?.trainingMs ?? 0),
    );
    beyond.push(now.finalAt - before.finalAt - slowest);
    training.push(slowest);
    const sent = records.map((clinic) => {
      const at = (round: number) => clinic.find((record) => record.round === round)?.traffic.sent;
      return (at(now.round) ?? 0) - (at(before.round) ?? 0);
    });
    bytes.push(sent.reduce((sum, each) => sum + each, 0));
  }
  return { beyondTrainingMs: quantiles(beyond), trainingMs: quantiles(training), bytesPerRound: quantiles(bytes) };
}

async function peakMemory(pid: number | undefined): Promise<number | undefined> {
  if (process.platform !== "linux") return undefined;
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return peak === undefined ? undefined : Math.round(Number(peak) / 1024);
}

/** Linux counts processor time in ticks of 10 ms. */
const TICK_MS = 10;

async function processorMs(pid: number | undefined): Promise<number | undefined> {
  if (process.platform !== "linux") return undefined;
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).replace(/^.*\) /, "").split(" ");
  // User and system time are fields 14 and 15; two went with the name.
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
