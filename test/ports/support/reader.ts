import type { LocatedEvent } from "../../../node/core/ledger/events.ts";
import type { Ledger, LedgerUpdate } from "../../../node/ports/ledger.ts";

/** Follows a ledger in the background and keeps all it yields. */
export class Reader {
  readonly updates: LedgerUpdate[] = [];
  /** Ends with the error that `follow` threw, or undefined. */
  readonly ended: Promise<unknown>;
  #stop = new AbortController();
  #waiting = new Set<() => void>();

  constructor(ledger: Ledger, after?: number) {
    const options = { signal: this.#stop.signal, ...(after === undefined ? {} : { after }) };
    this.ended = this.#run(ledger.follow(options)).then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  async #run(updates: AsyncIterable<LedgerUpdate>): Promise<void> {
    for await (const update of updates) {
      this.updates.push(update);
      for (const check of this.#waiting) check();
    }
  }

  /** Events as a reader that obeys rollbacks has them now. */
  get events(): LocatedEvent[] {
    let events: LocatedEvent[] = [];
    for (const update of this.updates) {
      if (update.kind === "events") events.push(...update.events);
      if (update.kind === "rollback") events = events.filter(({ at }) => at.block <= update.to);
    }
    return events;
  }

  /** Resolves once `holds`; rejects with what ended the following before. */
  async until(holds: () => boolean): Promise<void> {
    if (holds()) return;
    const check = Promise.withResolvers<void>();
    const listener = (): void => {
      if (holds()) check.resolve();
    };
    this.#waiting.add(listener);
    void this.ended.then((error) => check.reject(error ?? new Error("following ended")));
    try {
      await check.promise;
    } finally {
      this.#waiting.delete(listener);
    }
  }

  /** Resolves once the reader is up to date as of `block`. */
  async reached(block: number): Promise<void> {
    await this.until(() => {
      const last = this.updates.findLast((update) => update.kind !== "connection");
      return last?.kind === "events" && last.head >= block;
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    const error = await this.ended;
    if (error !== undefined) throw error;
  }
}
