import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { resolve } from "node:path";
import { once } from "node:events";

/** One line that `swarm node run --json` prints. */
export type DaemonEvent = { event: string } & Record<string, unknown>;

/** A peer daemon in a process of its own. */
export interface Daemon {
  name: string;
  process: ChildProcess;
  /** Milliseconds from spawning to being ready. */
  ready: Promise<number>;
  exited: Promise<{ code: number | null; signal: string | null }>;
  /** Its last lines on standard error. */
  errors: string[];
  /** SIGTERM, and SIGKILL after `patienceMs`. */
  stop(patienceMs?: number): Promise<void>;
}

export interface DaemonOptions {
  name: string;
  home: string;
  network: string;
  rpcUrl: string;
  passwordFile: string;
  /** Further options of `swarm node run`. */
  args?: string[];
  onEvent(event: DaemonEvent): void;
}

const KEPT_LINES = 30;

export function startDaemon({
  name,
  home,
  network,
  rpcUrl,
  passwordFile,
  args: more = [],
  onEvent,
}: DaemonOptions): Daemon {
  const started = performance.now();
  const main = resolve(import.meta.dirname, "../../node/cli/index.ts");
  const args = [
    "node",
    "run",
    "--json",
    "--home",
    home,
    "--network",
    network,
    "--rpc",
    rpcUrl,
    "--password-file",
    passwordFile,
    ...more,
  ];
  const child = spawn(process.execPath, [...process.execArgv, main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const errors: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    errors.push(line);
    if (errors.length > KEPT_LINES) errors.shift();
  });
  const exited = once(child, "exit").then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
  }));
  const ready = new Promise<number>((done, fail) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const event = JSON.parse(line) as DaemonEvent;
      if (event.event === "ready") done(performance.now() - started);
      onEvent(event);
    });
    child.once("error", fail);
    exited.then(({ code, signal }) =>
      fail(new Error(`${name} ended (${signal ?? code}) before it was ready:\n${errors.join("\n")}`)),
    );
  });
  ready.catch(() => undefined);
  return {
    name,
    process: child,
    ready,
    exited,
    errors,
    async stop(patienceMs = 10_000) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const kill = setTimeout(() => child.kill("SIGKILL"), patienceMs);
      await exited;
      clearTimeout(kill);
    },
  };
}
