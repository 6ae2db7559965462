import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join as joinPath } from "node:path";
import { type LocalChain, startLocalChain } from "../../../node/adapters/anvil/startLocalChain.ts";
import { readPublicIdentity } from "../../../node/adapters/keys/publicIdentity.ts";
import type { Address } from "../../../node/core/primitives.ts";
import { type TaskChanges, writeChangedTask } from "../../../node/cli/local/changedTask.ts";
import { Commands } from "../../../node/cli/local/commands.ts";
import { type Places, places } from "../../../node/cli/local/plan.ts";
import { wdbcPlan } from "../../../scripts/local/plan.ts";
import { join, setUpNetwork } from "../../../node/cli/local/setUp.ts";
import { silentLogger } from "../../chain/support/quiet.ts";
import { type Result, type Running, runProgram, start } from "./command.ts";
import { type Watched, watchDaemon } from "./daemon.ts";

/** Four clinics on a chain of their own, set up as `npm start` does, to be run and hurt one by one. One licensor, to save keys. */
export interface TestSwarm extends AsyncDisposable {
  dir: string;
  at: Places;
  taskId: string;
  clinics: Address[];
  /** A clinic's CSV. */
  data(clinic: number): string;
  /** The present chain; another after `restartChain`. */
  chain: LocalChain;
  /** Commands in this process, with the options that all share. */
  commands: Commands;
  options: { passwordFile: string; network: string; rpc: string };
  /** Starts one clinic's daemon, or one of another folder with the clinic's keys. */
  run(clinic: number, args?: string[], home?: string): Watched;
  /** All join and run; the last joins when the others are ready, so that the first round finds all there. */
  runAll(args?: string[], onStart?: (clinic: number, daemon: Watched) => void): Promise<Watched[]>;
  /** Runs a command in a process of its own, with the network's options. */
  swarm(...args: string[]): Promise<Result>;
  startSwarm(...args: string[]): Running;
  /** kill -9. */
  killChain(): Promise<void>;
  /** The same chain again on the same port. */
  startChain(): Promise<void>;
  /** Both, one after the other. */
  restartChain(): Promise<void>;
}

/** Nobody is left out while all are there, however busy the machine is. */
const LONG_PHASES = { "round.submitSeconds": 30, "round.attestSeconds": 30, "round.mergeSeconds": 30 };

/** For scenarios in which somebody is missing: each phase then lasts this many seconds. */
export const SHORT_PHASES = {
  "round.submitSeconds": 5,
  "round.attestSeconds": 5,
  "round.mergeSeconds": 5,
};

export interface SwarmOptions {
  /** The first model is made from the task's seed: for layers other than the example's. */
  seeded?: boolean;
  /** Milliseconds after which an event is believed never to come. */
  patienceMs?: number;
  /** Each clinic's data, in place of the example's. */
  data?: string[];
}

export async function openSwarm(
  rounds: number,
  changes: TaskChanges = {},
  { seeded = false, patienceMs, data }: SwarmOptions = {},
): Promise<TestSwarm> {
  await using closing = new AsyncDisposableStack();
  const dir = await mkdtemp(joinPath(tmpdir(), "swarm-e2e-"));
  closing.defer(() => rm(dir, { recursive: true, force: true }));
  const { firstModel, ...example } = wdbcPlan(dir);
  const plan = { ...example, ...(seeded ? {} : { firstModel }), ...(data && { data }), licensors: 1, threshold: 1 };
  plan.taskFile = await writeChangedTask(plan.taskFile, joinPath(dir, "task.yaml"), {
    "round.rounds": rounds,
    ...LONG_PHASES,
    ...changes,
  });
  const at = places(plan);
  const startChain = (port: number) =>
    startLocalChain({ dir: at.chain, port, logger: silentLogger, signal: new AbortController().signal });
  let chain = await startChain(0);
  closing.defer(() => chain.stop());
  const commands = new Commands(new AbortController().signal);
  const { rpcUrl } = chain;
  const { taskId } = await setUpNetwork({ commands, plan, rpcUrl, say: () => undefined });
  const clinics: Address[] = [];
  for (const home of at.clinics) clinics.push((await readPublicIdentity(joinPath(home, "keys"))).account);
  const daemons: Watched[] = [];
  closing.defer(async () => void (await Promise.all(daemons.map((daemon) => daemon.stop(3_000)))));
  const options = { passwordFile: at.password, network: at.network, rpc: rpcUrl };
  const withShared = (args: string[]): string[] => [
    ...args,
    "--network",
    at.network,
    "--json",
    ...(args.includes("--rpc") ? [] : ["--rpc", rpcUrl]),
  ];
  const env = { SWARM_PASSWORD_FILE: at.password };
  const close = closing.move();

  const run: TestSwarm["run"] = (i, args = [], home = at.clinics[i] as string) => {
    const { network, password: passwordFile } = at;
    const daemon = watchDaemon({ name: basename(home), home, network, rpcUrl, passwordFile, args }, patienceMs);
    daemons.push(daemon);
    return daemon;
  };
  const killChain = async (): Promise<void> => {
    process.kill(chain.pid, "SIGKILL");
    await chain.exited;
  };
  const startAgain = async (): Promise<void> => {
    chain = await startChain(Number(new URL(rpcUrl).port));
  };
  return {
    dir,
    at,
    taskId,
    clinics,
    data: (i) => plan.data[i] as string,
    get chain() {
      return chain;
    },
    commands,
    options,
    run,
    async runAll(args, onStart) {
      const started: Watched[] = [];
      for (const i of at.clinics.keys()) {
        if (i === at.clinics.length - 1) await Promise.all(started.map(({ ready }) => ready));
        await join({ commands, plan, rpcUrl }, i, taskId);
        const daemon = run(i, args);
        started.push(daemon);
        onStart?.(i, daemon);
      }
      await Promise.all(started.map(({ ready }) => ready));
      return started;
    },
    swarm: (...args) => runProgram("node/cli/index.ts", withShared(args), env),
    startSwarm: (...args) => start("node/cli/index.ts", withShared(args), env),
    killChain,
    startChain: startAgain,
    async restartChain() {
      await killChain();
      await startAgain();
    },
    [Symbol.asyncDispose]: () => close.disposeAsync(),
  };
}
