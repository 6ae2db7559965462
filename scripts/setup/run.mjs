import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";

const FORWARDED = process.platform === "win32" ? ["SIGINT", "SIGTERM"] : ["SIGINT", "SIGTERM", "SIGHUP"];
/** What a terminal itself sends to every process in front of it; passing these on would make one Ctrl-C two. */
const FROM_TERMINAL = new Set(["SIGINT", "SIGHUP"]);
/** npm passes a signal on to us that its sender also gave us directly; within this time the two are one. Milliseconds. */
const ONE_SIGNAL = 200;

function hasTerminal() {
  if (process.platform === "win32") return true;
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs a program with our terminal, passes signals on exactly once each and waits for its end, however long its own clean-up takes.
 * @returns its exit status; 128 + the signal's number when a signal ended it
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", windowsHide: true, ...options });
    const terminal = hasTerminal();
    const last = new Map();
    const handlers = FORWARDED.map((signal) => {
      const handler = () => {
        const now = performance.now();
        const repeated = now - (last.get(signal) ?? Number.NEGATIVE_INFINITY) < ONE_SIGNAL;
        last.set(signal, now);
        if (!repeated && !(terminal && FROM_TERMINAL.has(signal))) child.kill(signal);
      };
      process.on(signal, handler);
      return [signal, handler];
    });
    const done = () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    };
    child.once("error", (error) => {
      done();
      reject(error);
    });
    child.once("exit", (status, signal) => {
      done();
      resolve(status ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}
