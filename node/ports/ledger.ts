import type { LedgerAct } from "../core/ledger/acts.ts";
import type { LocatedEvent } from "../core/ledger/events.ts";
import type { Bytes32 } from "../core/primitives.ts";

/** One step of the chain's final history. Events arrive in chain order, each exactly once between two rollbacks. */
export type LedgerUpdate =
  /** Final events up to and including block `head`; `events` may be empty. `timestamp`: unix seconds of block `head`. */
  | { kind: "events"; events: LocatedEvent[]; head: number; headHash: Bytes32; timestamp: number }
  /** The chain came back shorter on the same history (R9): forget every event after block `to`; what follows is the new history. */
  | { kind: "rollback"; to: number }
  /** The endpoint cannot be reached (`up: false`) or can again. Nothing is lost: events resume where they stopped. */
  | { kind: "connection"; up: boolean; error?: Error };

/** What became of a transaction that was mined. */
export interface ActReceipt {
  transaction: Bytes32;
  block: number;
  gasUsed: number;
}

/**
 * The permissioned chain as one account sees it. The adapter owns connections, nonces and resends; nothing here waits for finality:
 * what counts is what `follow` yields.
 */
export interface Ledger {
  /**
   * Yields history from the deployment on (or from block `after` + 1), then follows the chain until `signal` aborts.
   * The first batch ends at a final block, so a reader that got one `events` update is up to date as of its head.
   * @throws SwarmError CHAIN_OTHER_GENESIS, CHAIN_DEEP_REORG (the history split deeper than finality allows), CHAIN_CODE_MISMATCH
   */
  follow(options: { after?: number; signal: AbortSignal }): AsyncIterable<LedgerUpdate>;

  /**
   * Signs and sends one act and waits until it is mined. Acts of one instance are sent in call order.
   * @throws SwarmError LEDGER_REFUSED with `data.reason` (the contract's error name, such as `WrongPhase`) and `data.args`;
   *   CHAIN_UNREACHABLE after the adapter's own retries; the act may then still be mined, so every act can be sent again (R7)
   */
  send(act: LedgerAct, options: { signal: AbortSignal }): Promise<ActReceipt>;

  /** Says that something may have happened (a gossip hint), so that the adapter looks now instead of when it would have. */
  poke(): void;

  close(): Promise<void>;
}
