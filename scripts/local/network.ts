import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { type LocalChain, startLocalChain } from "../../node/adapters/anvil/startLocalChain.ts";
import { createLogger } from "../../node/adapters/system/logger.ts";
import { readTaskFile } from "../../node/adapters/taskfile/readTaskFile.ts";
import { SwarmError } from "../../node/core/errors.ts";
import type { Logger } from "../../node/ports/logger.ts";
import type { Bytes32 } from "../../node/core/primitives.ts";
import { Commands } from "../../node/cli/local/commands.ts";
import { type Daemon, type DaemonEvent, startDaemon } from "../../node/cli/local/daemons.ts";
import { type LocalPlan, type Places, places } from "../../node/cli/local/plan.ts";
import { join, setUpNetwork } from "../../node/cli/local/setUp.ts";

export interface LocalNetworkInit {
  plan: LocalPlan;
  say(text: string): void;
  signal: AbortSignal;
  /** Where the chain's warnings go; standard error by default. */
  logger?: Logger;
  /** Further options of Node.js for daemons. */
  execArgv?: readonly string[];
  /** What is run in place of `swarm` for a clinic's daemon; `undefined` for those that run it. */
  programOf?(clinic: number): readonly string[] | undefined;
  /** Further options of `swarm node run` for a clinic's daemon. */
  argsOf?(clinic: number): readonly string[];
  /** Is told of the chain's process, and of each one that takes its place. */
  onChain?(pid: number): Promise<void>;
}

export interface AuditResult {
  exitCode: number;
  /** What the command prints for people. */
  text: string;
  report: unknown;
}

/** A running local chain with a network on it, and the daemons once they are started. Disposing stops every process, daemons first. */
export interface LocalNetwork extends AsyncDisposable {
  rpcUrl: string;
  taskId: string;
  firstHash: Bytes32;
  rounds: number;
  at: Places;
  /** Commands in this process, with the options that all share. */
  commands: Commands;
  options: { passwordFile: string; network: string; rpc: string };
  /** The present chain; another after `restartChain`. */
  readonly chain: LocalChain;
  /** The present daemon of each clinic. */
  daemons: Daemon[];
  /** Starts one daemon by itself, stops it again. @returns milliseconds from spawning to being able to submit */
  tryDaemon(): Promise<number>;
  /**
   * All clinics join, and their daemons start: the last one when the others are ready, so that the first round, which its joining opens,
   * does not lose its time; with `atOnce` all in the same moment.
   */
  startDaemons(onEvent: (clinic: number, event: DaemonEvent) => void, options?: { atOnce: boolean }): Promise<void>;
  /** Starts a clinic's daemon, which has ended, again; its events go where they went. */
  restartDaemon(clinic: number): Daemon;
  /** kill -9 of the chain, then the same chain again on the same port. */
  restartChain(): Promise<void>;
  /** Resolves when every daemon has reported the task's end. @throws Error when one of them ends before, with what it printed */
  finished(): Promise<void>;
  /** `swarm audit` by the auditor, over the network, or with `--from` these folders. */
  audit(from?: string[]): Promise<AuditResult>;
}

export async function openLocalNetwork(init: LocalNetworkInit): Promise<LocalNetwork> {
  const { plan, say, signal, logger = createLogger({ level: "warn", pretty: true }) } = init;
  const at = places(plan);
  await using closing = new AsyncDisposableStack();
  say("starting a local chain");
  // Stopped here and not by the signal: the daemons, which still use it, go first.
  const startChain = async (port: number): Promise<LocalChain> => {
    const started = await startLocalChain({ dir: at.chain, port, logger, signal: new AbortController().signal });
    await init.onChain?.(started.pid);
    return started;
  };
  let chain = await startChain(0);
  closing.defer(() => chain.stop());
  const { rpcUrl } = chain;
  const commands = new Commands(signal);
  const { taskId, firstHash } = await setUpNetwork({ commands, plan, rpcUrl, say });
  const { round } = await readTaskFile(plan.taskFile);
  const daemons: Daemon[] = [];
  closing.defer(async () => void (await Promise.all(daemons.map((daemon) => daemon.stop()))));
  const close = closing.move();
  const over = plan.data.map(() => Promise.withResolvers<void>());
  let listener: (clinic: number, event: DaemonEvent) => void = () => undefined;

  const daemonAt = (i: number, onEvent: (event: DaemonEvent) => void): Daemon => {
    const program = init.programOf?.(i);
    return startDaemon({
      name: `clinic-${i + 1}`,
      home: at.clinics[i] as string,
      network: at.network,
      rpcUrl,
      passwordFile: at.password,
      ...(init.execArgv ? { execArgv: init.execArgv } : {}),
      ...(program ? { program } : {}),
      args: [...(init.argsOf?.(i) ?? [])],
      onEvent,
    });
  };

  const run = (i: number): Daemon => {
    const daemon = daemonAt(i, (event) => {
      if (event.event === "finished") over[i]?.resolve();
      listener(i, event);
    });
    daemons[i] = daemon;
    return daemon;
  };

  return {
    at,
    commands,
    options: { passwordFile: at.password, network: at.network, rpc: rpcUrl },
    get chain() {
      return chain;
    },
    rpcUrl,
    taskId,
    firstHash,
    rounds: round.rounds,
    daemons,
    async tryDaemon() {
      await join({ commands, plan, rpcUrl }, 0, taskId);
      const daemon = daemonAt(0, () => undefined);
      try {
        return await abortable(daemon.ready, signal);
      } finally {
        await daemon.stop();
      }
    },
    async startDaemons(onEvent, { atOnce } = { atOnce: false }) {
      say(`joining the task and starting ${plan.data.length} peer daemons`);
      listener = onEvent;
      const last = at.clinics.length - 1;
      if (atOnce) for (const i of at.clinics.keys()) await join({ commands, plan, rpcUrl }, i, taskId);
      for (const i of at.clinics.keys()) {
        if (i === last && !atOnce) await abortable(Promise.all(daemons.map(({ ready }) => ready)), signal);
        if (!atOnce) await join({ commands, plan, rpcUrl }, i, taskId);
        run(i);
      }
      await abortable(Promise.all(daemons.map(({ ready }) => ready)), signal);
    },
    restartDaemon: run,
    async restartChain() {
      process.kill(chain.pid, "SIGKILL");
      await chain.exited;
      chain = await startChain(Number(new URL(rpcUrl).port));
    },
    async finished() {
      const failures = daemons.map(async ({ failure }) => {
        throw await failure("before the task did");
      });
      await abortable(Promise.race([Promise.all(over.map(({ promise }) => promise)), ...failures]), signal);
      for (const failure of failures) failure.catch(() => undefined);
    },
    audit: (from) => runAudit(at, rpcUrl, from, signal),
    [Symbol.asyncDispose]: () => close.disposeAsync(),
  };
}

function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", abort));
}

const MAX_REPORT_BYTES = 64 * 1024 * 1024;

function runAudit(
  at: ReturnType<typeof places>,
  rpcUrl: string,
  from: string[] | undefined,
  signal: AbortSignal,
): Promise<AuditResult> {
  const main = resolve(import.meta.dirname, "../../node/cli/index.ts");
  const source = from ? ["--from", ...from] : ["--home", at.auditor, "--password-file", at.password];
  const args = [...process.execArgv, main, "audit", "--json", "--network", at.network, "--rpc", rpcUrl, ...source];
  return new Promise((done, fail) => {
    execFile(process.execPath, args, { signal, maxBuffer: MAX_REPORT_BYTES }, (error, stdout, stderr) => {
      const exitCode = error ? (typeof error.code === "number" ? error.code : undefined) : 0;
      const report = stdout === "" ? {} : (JSON.parse(stdout) as { verdict?: string });
      // Without a verdict it came to no end: that is no finding.
      if (exitCode === undefined || report.verdict === undefined)
        fail(new SwarmError("AUDIT_FAILED", `the audit did not come to its end: ${stderr || error?.message}`));
      else done({ exitCode, text: stderr.trimEnd(), report });
    });
  });
}
