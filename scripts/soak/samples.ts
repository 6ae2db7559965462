import { appendFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fleet } from "./fleet.ts";
import { filesIn, openHandles, residentKb } from "./proc.ts";
import type { Timed } from "./statistics.ts";
import type { Life } from "./verdict.ts";

export interface SamplesInit {
  fleet: Fleet;
  homes: readonly string[];
  /** Gets a line for each look at a daemon's memory, to find out what grew. */
  memoryFile: string;
  /** Whether nodes have begun to delete old rounds: from then on their folders should stay as large as they are. */
  pruning(): boolean;
  /** Updates submitted in the rounds that are kept. */
  retained(): number;
  signal: AbortSignal;
}

const LOOK_EVERY = 5_000;
/** Folders, and memory, for which garbage has to be collected, are looked at every so many times. */
const FOLDERS_EVERY = 4;
const MEMORY_EVERY = 6;

/** Logs, which grow as documented and are the operator's to rotate. */
const isLog = (path: string): boolean => /[/\\](daemon\.log|rounds\.jsonl)$/.test(path);

/** Looks at processes and folders again and again, from outside. */
export class Samples {
  readonly #init: SamplesInit;
  /** Bytes for each update that is to be kept: how many that are changes with who takes part. */
  readonly disks: Timed[][];
  readonly #logs: { first: number; last: number }[] = [];

  constructor(init: SamplesInit) {
    this.#init = init;
    this.disks = init.homes.map(() => []);
  }

  /** Bytes that all logs grew by. */
  get logBytes(): number {
    return this.#logs.reduce((sum, { first, last }) => sum + last - first, 0);
  }

  async run(): Promise<void> {
    const { signal, pruning } = this.#init;
    for (let turn = 0; !signal.aborted; turn++) {
      await this.#handles();
      if (turn % MEMORY_EVERY === 0) await this.#memory();
      if (turn % FOLDERS_EVERY === 0 && pruning()) await this.#folders();
      await sleep(LOOK_EVERY, undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }

  async #handles(): Promise<void> {
    for (const { pid, life } of this.#living()) {
      const value = await openHandles(pid);
      if (value !== undefined) life.handles.push({ at: Date.now() / 1000, value });
    }
  }

  /** One after another: collecting takes a processor for a moment. */
  async #memory(): Promise<void> {
    for (const { node, pid, life } of this.#living()) {
      const usage = await this.#init.fleet.collect(node);
      const value = usage && (await residentKb(pid));
      if (value === undefined) continue;
      const at = Date.now() / 1000;
      life.memory.push({ at, value });
      await appendFile(this.#init.memoryFile, `${JSON.stringify({ node, pid, at, residentKb: value, ...usage })}\n`);
    }
  }

  #living(): { node: number; pid: number; life: Life }[] {
    const { fleet, homes } = this.#init;
    return [...homes.keys()].flatMap((node) => {
      const [pid, life] = [fleet.pid(node), fleet.life(node)];
      return pid === undefined || life === undefined ? [] : [{ node, pid, life }];
    });
  }

  async #folders(): Promise<void> {
    for (const [node, home] of this.#init.homes.entries()) {
      const at = Date.now() / 1000;
      let logs = 0;
      let others = 0;
      for (const [path, size] of await filesIn(home)) {
        if (isLog(path)) logs += size;
        else others += size;
      }
      this.disks[node]?.push({ at, value: others / Math.max(1, this.#init.retained()) });
      this.#logs[node] = { first: this.#logs[node]?.first ?? logs, last: logs };
    }
  }
}
