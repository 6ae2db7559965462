import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ENTRY = resolve(import.meta.dirname, "../../../node/cli/index.ts");
const PASSWORD = "correct horse battery staple";

/** What a command ended with. */
export interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Standard output as the one JSON object that `--json` promises; throws if it is not. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever a command printed
  json: any;
}

/** A folder in which commands are typed, as an operator would. */
export interface Desk extends AsyncDisposable {
  dir: string;
  /** Runs `swarm <args>` to its end. */
  swarm(args: string[], env?: Record<string, string>): Promise<Result>;
  /** Starts a command that stays; the first line of standard output is awaited. */
  start(args: string[]): Promise<{ process: ChildProcess; firstLine: string; interrupt(): Promise<number | null> }>;
}

export async function openDesk(): Promise<Desk> {
  const dir = await mkdtemp(join(tmpdir(), "swarm-cli-"));
  const running = new Set<ChildProcess>();
  const run = (args: string[], env: Record<string, string> = {}): ChildProcess => {
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith("SWARM_") && name !== "NODE_TEST_CONTEXT"),
    );
    const flags = ["--disable-warning=ExperimentalWarning"];
    const child = spawn(process.execPath, [...flags, ENTRY, ...args], {
      cwd: dir,
      env: { ...inherited, SWARM_PASSWORD: PASSWORD, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    child.once("exit", () => running.delete(child));
    return child;
  };
  return {
    dir,
    async swarm(args, env) {
      const child = run(args, env);
      const [stdout, stderr, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, "close"),
      ]);
      return {
        code: code as number | null,
        stdout,
        stderr,
        get json() {
          return JSON.parse(stdout) as unknown;
        },
      };
    },
    async start(args) {
      const child = run(args);
      const stderr = text(child.stderr);
      const firstLine = await line(child, stderr);
      return {
        process: child,
        firstLine,
        async interrupt() {
          const closed = once(child, "close");
          child.kill("SIGINT");
          return (await closed)[0] as number | null;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) {
        const closed = once(child, "close");
        // The command ends its chain when it is asked to; killed outright it would leave the chain running.
        child.kill("SIGTERM");
        const late = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
        await closed;
        clearTimeout(late);
      }
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const STOP_LIMIT_MS = 20_000;

async function text(stream: NodeJS.ReadableStream | null): Promise<string> {
  let all = "";
  for await (const chunk of stream ?? []) all += String(chunk);
  return all;
}

async function line(child: ChildProcess, stderr: Promise<string>): Promise<string> {
  let seen = "";
  return new Promise((done, fail) => {
    child.stdout?.on("data", (chunk) => {
      seen += String(chunk);
      if (seen.includes("\n")) done(seen.slice(0, seen.indexOf("\n")));
    });
    child.once(
      "close",
      () => void stderr.then((said) => fail(new Error(`the command ended before it printed a line:\n${said}`))),
    );
  });
}
