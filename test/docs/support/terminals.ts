import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./walk.ts";

/** A terminal in which a command stays. */
export interface Terminal {
  /** All it printed so far. */
  output(): string;
  /** Resolves once the output matches. @throws Error when the command ends before */
  shows(pattern: RegExp): Promise<string>;
  /** Ctrl-C. @returns the exit code */
  interrupt(): Promise<number | null>;
}

export interface Terminals extends AsyncDisposable {
  /** Where the project seems to lie: a folder of its own, whose packages and examples are the real ones. */
  dir: string;
  /** Types a script and waits for its end. @returns exit code and everything printed */
  type(script: string): Promise<{ code: number | null; output: string }>;
  /** Types a script whose last command stays. */
  open(script: string): Terminal;
}

/** @param everywhere typed first in each @param signal ends everything */
export async function openTerminals(everywhere: string, signal: AbortSignal): Promise<Terminals> {
  const dir = await mkdtemp(join(tmpdir(), "swarm-readme-"));
  for (const name of ["node_modules", "examples"]) await symlink(join(root, name), join(dir, name), "dir");
  // What npm scripts start is the project's, but they run in this folder.
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: { start: string } };
  const startScript = scripts.start.replace("scripts/launch.mjs", JSON.stringify(join(root, "scripts/launch.mjs")));
  await writeFile(join(dir, "package.json"), JSON.stringify({ name: "guide", scripts: { start: startScript } }));
  const rpc = `http://127.0.0.1:${await freePort()}`;
  const inherited = Object.entries(process.env).filter(([name]) => !/^(SWARM_|NODE_TEST_CONTEXT)/.test(name));
  const running = new Set<ChildProcess>();

  const start = (script: string): { child: ChildProcess; output(): string; closed: Promise<number | null> } => {
    signal.throwIfAborted();
    // What the walk says for the case that the chain's usual port is taken.
    const typed = script.replace("swarm chain start", `swarm chain start --port ${new URL(rpc).port}`);
    const first = everywhere.replaceAll("http://127.0.0.1:8545", rpc);
    const child = spawn("bash", ["-e", "-o", "pipefail", "-c", `${first}\n${typed}`], {
      cwd: dir,
      env: { ...Object.fromEntries(inherited), SWARM_RPC: rpc },
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

  const killAll = (): void => {
    for (const { pid } of running) if (pid !== undefined) kill(-pid);
  };
  signal.addEventListener("abort", killAll, { once: true });

  return {
    dir,
    async type(script) {
      const { output, closed } = start(script);
      return { code: await closed, output: output() };
    },
    open(script) {
      // With exec the shell's process is the command's, as Ctrl-C needs it.
      const { child, output, closed } = start(
        script.replace(/(swarm (?:chain start|node run|audit)\b[^&]*)$/, "exec $1"),
      );
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
      signal.removeEventListener("abort", killAll);
      const chains = chainProcesses(dir);
      const ends = [...running].map((child) => once(child, "close"));
      killAll();
      await Promise.all(ends);
      for (const pid of chains) kill(pid);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The local chain is a process group of its own; should its owner have been killed, its lock names it. */
function chainProcesses(dir: string): number[] {
  return globSync(".swarm/**/chain.lock", { cwd: dir }).flatMap((lock) => {
    const { chain } = JSON.parse(readFileSync(join(dir, lock), "utf8")) as { chain: number };
    return chain > 0 ? [chain] : [];
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
