import { createLedger } from "../../node/adapters/chain/ledger.ts";
import { readDeployment } from "../../node/adapters/chain/deployment.ts";
import { createClock } from "../../node/adapters/system/clock.ts";
import type { Logger } from "../../node/ports/logger.ts";
import { Chronicle } from "./chronicle.ts";

export interface WatchInit {
  /** Deployment file. */
  network: string;
  rpcUrl: string;
  logger: Logger;
}

/** Follows the ledger, as a daemon does, through falls of the chain; others wait here for what it tells. */
export class Watch {
  readonly chronicle = new Chronicle();
  /** How many blocks that had been read the chain lost at its falls. */
  readonly lost: number[] = [];
  readonly #init: WatchInit;
  readonly #listeners = new Set<() => void>();

  constructor(init: WatchInit) {
    this.#init = init;
  }

  /** Runs until `signal` aborts. @throws SwarmError as `Ledger.follow` */
  async run(signal: AbortSignal): Promise<void> {
    const { network, rpcUrl, logger } = this.#init;
    const ledger = await createLedger(
      { deployment: await readDeployment(network), rpcUrl, logger, clock: createClock() },
      { signal },
    );
    let head = 0;
    try {
      for await (const update of ledger.follow({ signal })) {
        if (update.kind === "rollback") {
          this.chronicle.rewind(update.to);
          this.lost.push(head - update.to);
          head = update.to;
        } else if (update.kind === "events") {
          this.chronicle.take(update.events);
          head = update.head;
        }
        this.look();
      }
    } finally {
      await ledger.close();
    }
  }

  /** Makes everyone who waits look again. */
  look(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Resolves once `condition` holds; looks when the ledger tells something, or `look` is called. @throws the signal's reason */
  until(condition: (chronicle: Chronicle) => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((done, fail) => {
      const settle = (): void => {
        this.#listeners.delete(look);
        signal.removeEventListener("abort", aborted);
      };
      const look = (): void => {
        if (!condition(this.chronicle)) return;
        settle();
        done();
      };
      const aborted = (): void => {
        settle();
        fail(signal.reason as Error);
      };
      if (signal.aborted) return fail(signal.reason as Error);
      this.#listeners.add(look);
      signal.addEventListener("abort", aborted, { once: true });
      look();
    });
  }
}
