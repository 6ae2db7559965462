import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Terminal } from "./terminals.ts";
import { root } from "./walk.ts";

export type { Terminal } from "./terminals.ts";

/** One machine of a guide: a folder in which the project seems to lie, and terminals there. */
export interface Desk extends AsyncDisposable {
  dir: string;
  /** Types a script and waits for its end. @returns exit code and everything printed */
  type(script: string): Promise<{ code: number | null; output: string }>;
  /** Types a script whose last command stays. */
  open(script: string): Terminal;
}

/** @param prefix how commands are started on that machine @param signal ends everything */
export async function openDesk(prefix: readonly string[], signal: AbortSignal): Promise<Desk> {
  const dir = await mkdtemp(join(tmpdir(), "swarm-guide-"));
  for (const name of ["node_modules", "examples"]) await symlink(join(root, name), join(dir, name), "dir");
  const inherited = Object.entries(process.env).filter(([name]) => !/^(SWARM_|NODE_TEST_CONTEXT)/.test(name));
  const running = new Set<ChildProcess>();

  const start = (script: string): { child: ChildProcess; output(): string; closed: Promise<number | null> } => {
    signal.throwIfAborted();
    const [program, ...args] = [...prefix, "bash", "-e", "-o", "pipefail", "-c", script] as unknown as [
      string,
      ...string[],
    ];
    const child = spawn(program, args, {
      cwd: dir,
      env: Object.fromEntries(inherited),
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own, so that all of it can be ended.
      detached: true,
    });
    running.add(child);
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (part: string) => (text += part));
    const closed = once(child, "close").then(([code]) => {
      running.delete(child);
      return code as number | null;
    });
    return { child, output: () => text, closed };
  };

  const signalAll = (name: NodeJS.Signals): void => {
    for (const { pid } of running) {
      try {
        if (pid !== undefined) process.kill(-pid, name);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
  };
  const stopAll = (): void => signalAll("SIGINT");
  signal.addEventListener("abort", stopAll, { once: true });

  return {
    dir,
    async type(script) {
      const { output, closed } = start(script);
      return { code: await closed, output: output() };
    },
    open(script) {
      // With exec the shell's process is the command's, as Ctrl-C needs it.
      const { child, output, closed } = start(script.replace(/(swarm (?:chain start|node run)\b[^&]*)$/, "exec $1"));
      return {
        output,
        shows: (pattern) =>
          new Promise((done, fail) => {
            const look = (): void => void (pattern.test(output()) && done(output()));
            child.stdout?.on("data", look);
            void closed.then((code) =>
              fail(new Error(`"${script}" ended (${code}) before it showed ${pattern}:\n${output()}`)),
            );
            look();
          }),
        interrupt() {
          child.kill("SIGINT");
          return closed;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      signal.removeEventListener("abort", stopAll);
      const ends = Promise.all([...running].map((child) => once(child, "close")));
      // Told to stop first: the local chain, a process group of its own, is ended by whoever started it.
      stopAll();
      const force = setTimeout(() => signalAll("SIGKILL"), 20_000);
      await ends;
      clearTimeout(force);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
