import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../../..");

/** What a program ended with. */
export interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Standard output as one JSON object. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever was printed
  json: any;
}

export interface Running {
  process: ChildProcess;
  /** Resolves when a line on standard output or standard error matches. @throws Error with all it said, if it ends before */
  saw(line: RegExp): Promise<void>;
  ended: Promise<Result>;
}

/** Starts one of the project's programs, as typed in its folder. */
export function start(file: string, args: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", resolve(ROOT, file), ...args], {
    cwd: ROOT,
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = (): boolean => child.kill("SIGKILL");
  process.once("exit", kill);
  let stdout = "";
  let stderr = "";
  const listeners = new Set<() => void>();
  const told = (): void => listeners.forEach((listener) => listener());
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    told();
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
    told();
  });
  const ended = once(child, "close").then(([code]): Result => {
    process.off("exit", kill);
    return {
      code: code as number | null,
      stdout,
      stderr,
      get json() {
        return JSON.parse(stdout) as unknown;
      },
    };
  });
  return {
    process: child,
    ended,
    saw: (line) =>
      new Promise((done, fail) => {
        const look = (): void => {
          if (!line.test(stdout) && !line.test(stderr)) return;
          listeners.delete(look);
          done();
        };
        listeners.add(look);
        void ended.then(({ code }) => fail(new Error(`ended with ${code} before ${line}:\n${stdout}\n${stderr}`)));
        look();
      }),
  };
}

export const runProgram = (file: string, args: readonly string[], env?: Record<string, string>): Promise<Result> =>
  start(file, args, env).ended;
