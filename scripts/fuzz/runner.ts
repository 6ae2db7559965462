import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Case, Outcome } from "./protocol.ts";

export interface Limits {
  /** Milliseconds for one case. */
  ms: number;
  /** MiB that the process may have had. */
  mib: number;
}

/** MiB of JavaScript heap: what is allocated on a header's word is mostly outside of it, and shows in the process's memory. */
const HEAP_MIB = 192;

/** Runs cases in a child process, which is replaced when one of them hangs or ends it. */
export class Runner {
  readonly #limits: Limits;
  readonly #program: string;
  #child: ChildProcess | undefined;

  /** @param program that answers cases, other than by reading only in the test of this class */
  constructor(limits: Limits, program = join(import.meta.dirname, "child.ts")) {
    this.#limits = limits;
    this.#program = program;
  }

  /** @returns the outcome, with a fault where the case hung, crashed, took too much memory, or threw what no reader should */
  async run(one: Case): Promise<Outcome> {
    this.#child ??= fork(this.#program, {
      execArgv: [`--max-old-space-size=${HEAP_MIB}`, "--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const child = this.#child;
    let said = "";
    const onText = (chunk: Buffer): void => void (said = (said + chunk.toString()).slice(-4000));
    child.stderr?.on("data", onText);
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const failed = (result: string, fault: string): void =>
      resolve({ index: one.index, result, fault, ms: this.#limits.ms, peakMiB: 0 });
    const timer = setTimeout(() => failed("hung", `took longer than ${this.#limits.ms} ms`), this.#limits.ms);
    const onMessage = (outcome: Outcome): void => resolve(outcome);
    const onExit = (code: number | null, signal: string | null): void =>
      failed("crashed", `the process ended with ${signal ?? code}\n${said}`);
    child.once("message", onMessage).once("exit", onExit);
    child.send(one);
    const outcome = await promise;
    clearTimeout(timer);
    child.off("message", onMessage).off("exit", onExit);
    child.stderr?.off("data", onText);
    if (outcome.fault === undefined && outcome.peakMiB > this.#limits.mib)
      outcome.fault = `the process has had ${Math.round(outcome.peakMiB)} MiB, ${this.#limits.mib} are the most`;
    if (outcome.fault !== undefined) await this.close();
    return outcome;
  }

  /** Ends the child, and waits for its end. */
  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await ended;
  }
}
