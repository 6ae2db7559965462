import { setTimeout as sleep } from "node:timers/promises";
import type { Fleet } from "./fleet.ts";
import { filesIn, openHandles, residentKb } from "./proc.ts";
import type { Timed } from "./statistics.ts";

export interface SamplesInit {
  fleet: Fleet;
  homes: readonly string[];
  /** Whether nodes have begun to delete old rounds: from then on their folders should stay as large as they are. */
  pruning(): boolean;
  signal: AbortSignal;
}

const MEMORY_EVERY = 5_000;
/** Folders are looked at with every so many samples of memory. */
const FOLDERS_EVERY = 4;

/** Logs, which grow as documented and are the operator's to rotate. */
const isLog = (path: string): boolean => /[/\\](daemon\.log|rounds\.jsonl)$/.test(path);

/** Looks at processes and folders again and again, from outside. */
export class Samples {
  readonly #init: SamplesInit;
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
      await this.#processes();
      if (turn % FOLDERS_EVERY === 0 && pruning()) await this.#folders();
      await sleep(MEMORY_EVERY, undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }

  async #processes(): Promise<void> {
    const { fleet, homes } = this.#init;
    const at = Date.now() / 1000;
    for (const node of homes.keys()) {
      const pid = fleet.pid(node);
      const life = fleet.life(node);
      if (pid === undefined || life === undefined) continue;
      const [kb, handles] = await Promise.all([residentKb(pid), openHandles(pid)]);
      if (kb !== undefined) life.memory.push({ at, value: kb });
      if (handles !== undefined) life.handles.push({ at, value: handles });
    }
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
      this.disks[node]?.push({ at, value: others });
      this.#logs[node] = { first: this.#logs[node]?.first ?? logs, last: logs };
    }
  }
}
