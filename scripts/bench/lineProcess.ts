import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const ANSWER_TIMEOUT_MS = 300_000;

/** A program that answers a line of JSON with a line of JSON. */
export interface LineProcess extends AsyncDisposable {
  /** What it said when it was ready. */
  readonly hello: unknown;
  ask(question: object): Promise<unknown>;
}

/** Starts a program and waits for its first line. @param what it is called in errors @throws Error where it ends early; its own words are on standard error */
export async function startLineProcess(
  what: string,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<LineProcess> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], env });
  let problem = "";
  const exited = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", (error) => {
      problem = `: ${error.message}`;
      resolve();
    });
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const timer = setTimeout(() => child.kill("SIGKILL"), ANSWER_TIMEOUT_MS);
    const { value, done } = await lines.next().finally(() => clearTimeout(timer));
    if (done) throw new Error(`${what} ended early${problem}`);
    return JSON.parse(value as string);
  };
  const hello = await next();
  return {
    hello,
    ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      return next();
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}
