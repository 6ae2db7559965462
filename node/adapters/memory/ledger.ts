import { SwarmError } from "../../core/errors.ts";
import { ledgerRefused } from "../../core/ledger/refusals.ts";
import type { Address } from "../../core/primitives.ts";
import type { Ledger } from "../../ports/ledger.ts";
import type { MemoryBlock } from "./ledger/block.ts";
import type { MemoryChain } from "./ledger/chain.ts";
import { blockAt, type Cursor, nextUpdate, type ReadSettings } from "./ledger/follow.ts";

/** A ledger on a chain in memory, whose connection can be cut. */
export interface MemoryLedger extends Ledger {
  /** Cuts or restores this ledger's connection to the chain. */
  setConnected(connected: boolean): void;
}

/** One account's view of a memory chain. @param account undefined for a ledger that can only be read */
export function createMemoryLedger(
  chain: MemoryChain,
  account?: Address,
  settings: Partial<ReadSettings> = {},
): MemoryLedger {
  const read: ReadSettings = { confirmations: 0, maxRewind: 256, ...settings };
  const closed = new AbortController();
  const listeners = new Set<() => void>();
  let connected = true;

  /** Resolves at the next change of the head or the connection. */
  function change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        stop();
        listeners.delete(done);
        for (const source of [signal, closed.signal]) source.removeEventListener("abort", done);
        resolve();
      };
      const stop = chain.onHead(done);
      listeners.add(done);
      for (const source of [signal, closed.signal]) source.addEventListener("abort", done, { once: true });
    });
  }

  function unreachable(): SwarmError {
    return new SwarmError(
      "CHAIN_UNREACHABLE",
      "The chain in memory cannot be reached: this ledger's connection is cut.",
    );
  }

  return {
    async *follow({ after, signal }) {
      let cursor: Cursor = after === undefined ? undefined : blockAt(chain.head, after);
      let first = true;
      let up = true;
      const ended = (): boolean => signal.aborted || closed.signal.aborted;
      while (!ended()) {
        if (up !== connected) {
          up = connected;
          yield up ? { kind: "connection", up } : { kind: "connection", up, error: unreachable() };
          continue;
        }
        const next = up ? nextUpdate(chain, cursor, read) : undefined;
        if (next) {
          cursor = next.cursor;
          if (next.update.kind === "events") first = false;
          yield next.update;
        } else if (up && first && cursor) {
          first = false;
          const { number: head, hash: headHash, timestamp } = cursor;
          yield { kind: "events", events: [], head, headHash, timestamp };
        } else {
          await change(signal);
        }
      }
    },

    async send(act, { signal }) {
      signal.throwIfAborted();
      if (account === undefined)
        throw new SwarmError("KEY_MISSING", "This ledger was opened without an operator key: it can only be read.");
      if (closed.signal.aborted) throw new SwarmError("CHAIN_CLOSED", "The ledger was closed.");
      if (!connected) throw unreachable();
      const from = chain.head;
      const sent = chain.submit(account, structuredClone(act));
      for (;;) {
        const block = findBlock(chain.head, from, sent.transaction);
        if (block) {
          const refusal = block.refused.get(sent.transaction);
          if (refusal) throw ledgerRefused(act.type, refusal, { transaction: sent.transaction, block: block.number });
          return { transaction: sent.transaction, block: block.number, gasUsed: 0 };
        }
        await change(signal);
        signal.throwIfAborted();
        if (closed.signal.aborted) throw new SwarmError("CHAIN_CLOSED", "The ledger was closed.");
        if (!connected) throw unreachable();
      }
    },

    poke() {
      for (const listener of listeners) listener();
    },

    async close() {
      closed.abort();
    },

    setConnected(value) {
      connected = value;
      for (const listener of listeners) listener();
    },
  };
}

/** The block that holds a transaction, looking back from `head` to `from` (or to the start where the chain was rewound). */
function findBlock(head: MemoryBlock, from: MemoryBlock, transaction: string): MemoryBlock | undefined {
  for (let block: MemoryBlock | undefined = head; block && block !== from; block = block.parent) {
    if (block.acts.some((sent) => sent.transaction === transaction)) return block;
  }
  return undefined;
}
