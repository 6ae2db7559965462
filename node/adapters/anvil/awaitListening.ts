import type { ChildProcess } from "node:child_process";
import { SwarmError } from "../../core/errors.ts";

/** Milliseconds. */
const START_LIMIT = 20_000;

/**
 * Watches a starting chain's output until it says that it listens.
 * @param host where it listens @param port what was asked for; 0 for any
 * @returns the port that it listens on
 * @throws SwarmError CHAIN_PORT_IN_USE, CHAIN_NOT_STARTED; the signal's reason if it aborts
 */
export function awaitListening(child: ChildProcess, host: string, port: number, signal: AbortSignal): Promise<number> {
  return new Promise((done, failed) => {
    // It may have aborted while the folder was being locked.
    if (signal.aborted) return failed(signal.reason as Error);
    let text = "";
    const fail = (code: string, message: string, cause?: unknown): void => {
      settle();
      failed(new SwarmError(code, message, { port, output: text.slice(-2000) }, cause));
    };
    const limit = setTimeout(
      () =>
        fail(
          "CHAIN_NOT_STARTED",
          `the local chain did not start within ${START_LIMIT / 1000} s: the machine may be overloaded`,
        ),
      START_LIMIT,
    );
    const read = (chunk: string): void => {
      text += chunk;
      const listening = /Listening on \[?[0-9a-fA-F.:]+\]?:(\d+)\s/.exec(text);
      if (listening === null) return;
      settle();
      done(Number(listening[1]));
    };
    const exited = (): void => {
      if (/in use/i.test(text))
        fail(
          "CHAIN_PORT_IN_USE",
          `port ${port} of ${host} is taken by another program: stop it, or choose another one with --port`,
        );
      else if (/cannot assign|not available/i.test(text))
        fail(
          "CHAIN_NOT_STARTED",
          `${host} is no address of this machine: name one that is with --host, or 0.0.0.0 for all of them`,
        );
      else
        fail(
          "CHAIN_NOT_STARTED",
          `the local chain ended while starting: ${text.trim().split("\n").slice(-3).join(" ")}`,
        );
    };
    const errored = (error: Error): void =>
      fail("CHAIN_NOT_STARTED", `the local chain's program ${child.spawnfile} cannot run: ${error.message}`, error);
    const aborted = (): void => {
      settle();
      failed(signal.reason as Error);
    };
    const settle = (): void => {
      clearTimeout(limit);
      child.stdout?.off("data", read);
      child.stderr?.off("data", read);
      child.off("close", exited).off("error", errored);
      signal.removeEventListener("abort", aborted);
      // Its log of every request is not kept; unread it would fill the pipe and stop the chain.
      child.stdout?.resume();
      child.stderr?.resume();
    };
    child.stdout?.setEncoding("utf8").on("data", read);
    child.stderr?.setEncoding("utf8").on("data", read);
    child.once("close", exited).once("error", errored);
    signal.addEventListener("abort", aborted, { once: true });
  });
}
