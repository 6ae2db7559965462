import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./walk.ts";

/** A terminal in which a command stays. */
export interface Terminal {
  /** All it printed so far, on both streams. */
  output(): string;
  /** Resolves once the output matches. @throws Error when the command ends before */
  shows(pattern: RegExp): Promise<string>;
  /** Ctrl-C. @returns the exit code */
  interrupt(): Promise<number | null>;
}

/** A folder in which the project seems to lie, with the real packages and examples, and terminals there. */
export interface Shell extends AsyncDisposable {
  dir: string;
  /** Types a script and waits for its end. @returns exit code and everything printed */
  type(script: string): Promise<{ code: number | null; output: string }>;
  /** Types a script whose last command stays. */
  open(script: string): Terminal;
}

export interface ShellOptions {
  /** How commands are started. */
  prefix?: readonly string[];
  /** Added to the environment, which has nothing of the caller's network. */
  env?: Record<string, string>;
  /** Makes of what is typed what is run. */
  edit?: (script: string) => string;
}

/** Milliseconds from being told to stop to being killed. */
const GRACE = 20_000;

/** @param signal ends everything */
export async function openShell(signal: AbortSignal, options: ShellOptions = {}): Promise<Shell> {
  const { prefix = [], env = {}, edit = (script) => script } = options;
  const dir = await mkdtemp(join(tmpdir(), "swarm-guide-"));
  for (const name of ["node_modules", "examples"]) await symlink(join(root, name), join(dir, name), "dir");
  const inherited = Object.entries(process.env).filter(([name]) => !/^(SWARM_|NODE_TEST_CONTEXT)/.test(name));
  const running = new Set<ChildProcess>();

  const start = (script: string): Running => {
    signal.throwIfAborted();
    const [program, ...args] = [...prefix, "bash", "-e", "-o", "pipefail", "-c", edit(script)] as unknown as [
      string,
      ...string[],
    ];
    const child = spawn(program, args, {
      cwd: dir,
      env: { ...Object.fromEntries(inherited), ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own, so that all of it can be ended.
      detached: true,
    });
    running.add(child);
    let text = "";
    let look: () => void = () => undefined;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        look();
      });
    const closed = once(child, "close").then(([code]) => {
      running.delete(child);
      return code as number | null;
    });
    return { child, output: () => text, closed, onOutput: (listener) => (look = listener) };
  };
  const signalAll = (name: NodeJS.Signals): void => {
    for (const { pid } of running) if (pid !== undefined) kill(-pid, name);
  };
  const stopAll = (): void => signalAll("SIGINT");
  signal.addEventListener("abort", stopAll, { once: true });

  return {
    dir,
    async type(script) {
      const { output, closed } = start(script);
      return { code: await closed, output: output() };
    },
    // With exec the shell's process is the command's, as Ctrl-C needs it.
    open: (script) => terminalOf(script, start(script.replace(/(swarm [^&\n]*)$/, "exec $1"))),
    async [Symbol.asyncDispose]() {
      signal.removeEventListener("abort", stopAll);
      const chains = chainProcesses(dir);
      const ends = Promise.all([...running].map((child) => once(child, "close")));
      // Told to stop first: the local chain, a process group of its own, is ended by whoever started it.
      stopAll();
      const force = setTimeout(() => signalAll("SIGKILL"), GRACE);
      await ends;
      clearTimeout(force);
      for (const pid of chains) kill(pid, "SIGKILL");
      await rm(dir, { recursive: true, force: true });
    },
  };
}

interface Running {
  child: ChildProcess;
  output(): string;
  closed: Promise<number | null>;
  onOutput(listener: () => void): void;
}

const terminalOf = (script: string, { child, output, closed, onOutput }: Running): Terminal => ({
  output,
  shows: (pattern) =>
    new Promise((done, fail) => {
      const look = (): void => void (pattern.test(output()) && done(output()));
      onOutput(look);
      void closed.then((code) =>
        fail(new Error(`"${script}" ended (${code}) before it showed ${pattern}:\n${output()}`)),
      );
      look();
    }),
  interrupt() {
    child.kill("SIGINT");
    return closed;
  },
});

/** Should a local chain's owner have been killed, its lock names it. */
function chainProcesses(dir: string): number[] {
  return globSync(".swarm/**/chain.lock", { cwd: dir }).flatMap((lock) => {
    const { chain } = JSON.parse(readFileSync(join(dir, lock), "utf8")) as { chain: number };
    return chain > 0 ? [chain] : [];
  });
}

function kill(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
