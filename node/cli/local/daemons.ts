import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { once } from "node:events";
import { SwarmError } from "../../core/errors.ts";

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
  /** What to say when it ended though it should not have: its own error, where it printed one. */
  failure(when: string): Promise<SwarmError>;
  /** SIGTERM, and SIGKILL after `patienceMs`. */
  stop(patienceMs?: number): Promise<void>;
}

export interface DaemonOptions {
  name: string;
  home: string;
  network: string;
  rpcUrl: string;
  passwordFile: string;
  /** In place of `node run`: another command that stays and prints events. */
  command?: readonly string[];
  /** Further options of the command. */
  args?: string[];
  /** Further options of Node.js. */
  execArgv?: readonly string[];
  /** What is run in place of `swarm`, with arguments of its own before the command. */
  program?: readonly string[];
  onEvent(event: DaemonEvent): void;
}

const KEPT_LINES = 30;

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export function startDaemon({
  name,
  home,
  network,
  rpcUrl,
  passwordFile,
  command = ["node", "run"],
  args: more = [],
  execArgv = [],
  program = [resolve(import.meta.dirname, "../index.ts")],
  onEvent,
}: DaemonOptions): Daemon {
  const started = performance.now();
  const args = [
    ...command,
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
  const child = spawn(process.execPath, [...process.execArgv, ...execArgv, ...program, ...args], {
    // The channel closes however this process ends, kill -9 included: the daemon then stops by itself.
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  running.add(child);
  const errors: string[] = [];
  const keep = (line: string): void => {
    errors.push(line);
    if (errors.length > KEPT_LINES) errors.shift();
  };
  let printed: { code: string; message: string } | undefined;
  createInterface({ input: child.stderr as Readable }).on("line", keep);
  const exited = once(child, "exit").then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
  }));
  // All that it printed has been read then.
  const closed = once(child, "close");
  exited.then(() => running.delete(child)).catch(() => running.delete(child));
  const failure = async (when: string): Promise<SwarmError> => {
    const { code, signal } = await exited;
    await closed;
    if (printed !== undefined) return new SwarmError(printed.code, `${name}: ${printed.message}`, { name });
    const said = errors.length === 0 ? "without a word" : `it said\n${errors.join("\n")}`;
    return new SwarmError("DAEMON_ENDED", `${name} ended (${signal ?? code}) ${when}; ${said}`, { name, code, signal });
  };
  const ready = new Promise<number>((done, fail) => {
    createInterface({ input: child.stdout as Readable }).on("line", (line) => {
      const event = eventOf(line);
      if (event === undefined) return keep(line);
      if (event.error !== undefined) printed = event.error as { code: string; message: string };
      if (event.event === "ready") done(performance.now() - started);
      onEvent(event);
    });
    child.once("error", fail);
    failure("before it was ready").then(fail, fail);
  });
  ready.catch(() => undefined);
  return {
    name,
    process: child,
    ready,
    exited,
    errors,
    failure,
    async stop(patienceMs = 10_000) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const kill = setTimeout(() => child.kill("SIGKILL"), patienceMs);
      await exited;
      clearTimeout(kill);
    },
  };
}

function eventOf(line: string): DaemonEvent | undefined {
  try {
    return JSON.parse(line) as DaemonEvent;
  } catch {
    // Something that a library printed.
    return undefined;
  }
}
