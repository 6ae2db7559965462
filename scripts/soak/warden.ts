import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

/**
 * Ends what a killed soak would leave behind. Daemons see the end of the process that started them by themselves; one that is frozen does not,
 * nor does the chain program. A small process of its own is told of both, and ends them when this one is gone.
 */
export class Warden implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #kill = (): void => void this.#child.kill("SIGKILL");

  constructor() {
    this.#child = spawn(process.execPath, [resolve(import.meta.dirname, "wardenProcess.ts")], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    process.once("exit", this.#kill);
  }

  /** To be ended with `signal` should this process go; from when the promise resolves. */
  watch(pid: number, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    return this.#tell({ pid, signal });
  }

  forget(pid: number): Promise<void> {
    return this.#tell({ pid });
  }

  #tell(message: WardenMessage): Promise<void> {
    return new Promise((done, fail) => {
      this.#child.send(message, (error) => (error ? fail(error) : done()));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off("exit", this.#kill);
    const ended = once(this.#child, "exit");
    this.#kill();
    await ended;
  }
}

/** Without a signal the process is not to be ended any more. */
export interface WardenMessage {
  pid: number;
  signal?: "SIGTERM" | "SIGKILL";
}
