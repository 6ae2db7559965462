import type { Daemon } from "../../node/cli/local/daemons.ts";
import type { LocalNetwork } from "../local/network.ts";
import { type Collected, collectGarbage } from "./collect.ts";
import type { Life } from "./verdict.ts";
import type { Warden } from "./warden.ts";

export interface FleetInit {
  network: LocalNetwork;
  warden: Warden;
  say(text: string): void;
  signal: AbortSignal;
}

/** Ending in order may take so long before it is done by force. Milliseconds. */
const STOP_LIMIT = 20_000;

/** The daemons as the soak treats them: their lives one after another, and what became of them against its will. */
export class Fleet {
  readonly #init: FleetInit;
  readonly #frozen = new Set<number>();
  /** Processes that are meant to end. */
  readonly #told = new WeakSet<Daemon>();
  readonly #current: (Life | undefined)[] = [];
  readonly lives: Life[] = [];
  readonly mishaps: string[] = [];
  #closing = false;

  constructor(init: FleetInit) {
    this.#init = init;
    for (const node of init.network.daemons.keys()) this.#born(node);
  }

  /** The process of a clinic's present life. */
  pid(node: number): number | undefined {
    const { exitCode, signalCode, pid } = this.#daemon(node).process;
    return exitCode === null && signalCode === null ? pid : undefined;
  }

  /** Lets a daemon collect its garbage. @returns what is in use then; undefined where it cannot now */
  async collect(node: number): Promise<Collected | undefined> {
    if (this.#frozen.has(node) || this.#current[node] === undefined) return undefined;
    return collectGarbage(this.#daemon(node).process, this.#init.signal);
  }

  /** `undefined` while it is down or not ready yet. */
  life(node: number): Life | undefined {
    return this.#current[node];
  }

  async kill(node: number): Promise<void> {
    const daemon = this.#daemon(node);
    this.#told.add(daemon);
    this.#current[node] = undefined;
    daemon.process.kill("SIGKILL");
    await daemon.exited;
  }

  /** Stops it in order. */
  async stop(node: number): Promise<void> {
    const daemon = this.#daemon(node);
    this.#told.add(daemon);
    this.#current[node] = undefined;
    await daemon.stop(STOP_LIMIT);
  }

  /** Starts it again and waits until it is ready; while the chain is down it waits for it. */
  async start(node: number): Promise<void> {
    const { network, signal } = this.#init;
    signal.throwIfAborted();
    const daemon = network.restartDaemon(node);
    this.#told.add(daemon);
    await daemon.ready;
    this.#told.delete(daemon);
    this.#born(node);
  }

  async freeze(node: number): Promise<void> {
    const pid = this.pid(node);
    if (pid === undefined) return;
    await this.#init.warden.watch(pid, "SIGKILL");
    process.kill(pid, "SIGSTOP");
    this.#frozen.add(node);
  }

  async thaw(node: number): Promise<void> {
    if (!this.#frozen.delete(node)) return;
    const pid = this.pid(node);
    if (pid === undefined) return;
    process.kill(pid, "SIGCONT");
    await this.#init.warden.forget(pid);
  }

  /** From here on daemons may end. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const node of this.#frozen) await this.thaw(node);
  }

  #daemon(node: number): Daemon {
    return this.#init.network.daemons[node] as Daemon;
  }

  #born(node: number): void {
    const life: Life = { node, since: Date.now() / 1000, memory: [], handles: [] };
    this.#current[node] = life;
    this.lives.push(life);
    const daemon = this.#daemon(node);
    daemon.exited.then(() => this.#ended(node, daemon)).catch((error: unknown) => this.mishaps.push(String(error)));
  }

  /** Nobody told it to: that is noted, and it is started again as a service would be. */
  async #ended(node: number, daemon: Daemon): Promise<void> {
    if (this.#closing || this.#init.signal.aborted || this.#told.has(daemon)) return;
    this.#current[node] = undefined;
    const { message } = await daemon.failure("though nobody told it to");
    this.mishaps.push(message);
    this.#init.say(`MISHAP: ${message}`);
    await this.start(node);
  }
}
