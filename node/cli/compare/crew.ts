import { resolve } from "node:path";
import { type Daemon, type DaemonEvent, startDaemon } from "../local/daemons.ts";
import { countedEndpoint } from "./countedEndpoint.ts";
import type { Cost, Outage } from "./results.ts";

export interface CrewInit {
  network: string;
  rpcUrl: string;
  passwordFile: string;
  signal: AbortSignal;
}

export interface Job {
  name: string;
  role: Cost["role"];
  home: string;
  command: string[];
  args: string[];
  /** Another program than the command line itself, relative to this folder. */
  program?: string;
}

/** Seconds that a killed process stays away. */
const AWAY_SECONDS = 25;

/** The processes of one mode. Disposing ends them, whatever they do. */
export class Crew implements AsyncDisposable {
  readonly #init: CrewInit;
  readonly #closing = new AsyncDisposableStack();
  readonly #costs = new Map<string, Cost>();
  readonly #ends: Promise<void>[] = [];
  readonly #daemons = new Map<string, { job: Job; daemon: Daemon; start(): Daemon; away: boolean }>();
  readonly #started = performance.now();
  readonly #failed = Promise.withResolvers<never>();
  /** Of whoever is away, by those who stay. */
  #said: string | undefined;
  /** Is told of every event. */
  onEvent: (name: string, event: DaemonEvent) => void = () => undefined;

  constructor(init: CrewInit) {
    this.#init = init;
    this.#failed.promise.catch(() => undefined);
  }

  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  get costs(): Cost[] {
    return [...this.#costs.values()];
  }

  async start(job: Job): Promise<void> {
    const endpoint = await countedEndpoint(this.#init.rpcUrl);
    this.#closing.defer(() => endpoint.close());
    const over = Promise.withResolvers<void>();
    this.#ends.push(over.promise);
    const start = (): Daemon => {
      // What is counted of a process that was killed is gone with it; its traffic is that of its last life.
      const daemon = startDaemon({
        name: job.name,
        home: job.home,
        command: job.command,
        args: job.args,
        network: this.#init.network,
        passwordFile: this.#init.passwordFile,
        rpcUrl: endpoint.url,
        ...(job.program === undefined ? {} : { program: [resolve(import.meta.dirname, job.program)] }),
        onEvent: (event) => {
          if (event.event === "finished") {
            this.#costs.set(job.name, costOf(job, event, endpoint.bytes));
            over.resolve();
          }
          if (event.event === "away") this.#said ??= String(event.text);
          this.onEvent(job.name, event);
        },
      });
      this.#closing.defer(() => daemon.stop());
      this.#watch(job, daemon).catch((error: unknown) => this.#failed.reject(error));
      return daemon;
    };
    this.#daemons.set(job.name, { job, daemon: start(), start, away: false });
  }

  async #watch({ name }: Job, daemon: Daemon): Promise<void> {
    await daemon.exited;
    if (this.#daemons.get(name)?.away === true || this.#costs.has(name)) return;
    throw await daemon.failure("before training was over");
  }

  /** kill -9, and the same again a little later. @param progress counts what was finished */
  async interrupt(name: string, progress: () => number, next: () => Promise<void>): Promise<Outage> {
    const entry = this.#daemons.get(name);
    if (entry === undefined) throw new Error(`${name} does not run`);
    const before = progress();
    const killed = performance.now();
    this.#said = undefined;
    const moved = next().then(() => (performance.now() - killed) / 1000);
    entry.away = true;
    entry.daemon.process.kill("SIGKILL");
    await entry.daemon.exited;
    await this.#abortable(new Promise((done) => setTimeout(done, AWAY_SECONDS * 1000)));
    const finishedMeanwhile = progress() - before;
    entry.daemon = entry.start();
    entry.away = false;
    const stoodStillSeconds = await this.#abortable(moved);
    const said = this.#said;
    return { victim: name, awaySeconds: AWAY_SECONDS, finishedMeanwhile, stoodStillSeconds, repeated: 0, said };
  }

  /** Ends what waits: it would wait for ever. */
  fail(error: Error): void {
    this.#failed.reject(error);
  }

  /** Resolves when all have said that they are done. @throws SwarmError what one of them ended by */
  async finished(): Promise<void> {
    await this.#abortable(Promise.all(this.#ends));
  }

  async #abortable<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#init;
    const { promise, reject } = Promise.withResolvers<never>();
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    return Promise.race([work, promise, this.#failed.promise]).finally(() =>
      signal.removeEventListener("abort", abort),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const entry of this.#daemons.values()) entry.away = true;
    await Promise.all([...this.#daemons.values()].map(({ daemon }) => daemon.stop()));
    await this.#closing.disposeAsync();
  }
}

function costOf({ name, role }: Job, event: DaemonEvent, chain: number): Cost {
  const { sent = 0, received = 0 } = (event.traffic ?? {}) as { sent?: number; received?: number };
  const { cpuSeconds = 0, maxMemoryBytes = 0 } = event as { cpuSeconds?: number; maxMemoryBytes?: number };
  return { name, role, sent, received, chain, cpuSeconds, maxMemoryBytes };
}
