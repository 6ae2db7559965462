import type { LedgerAct } from "../../../core/ledger/acts.ts";
import type { LocatedEvent } from "../../../core/ledger/events.ts";
import type { Refusal } from "../../../core/ledger/refusals.ts";
import type { Address, Bytes32 } from "../../../core/primitives.ts";

/** An act on its way into a block. */
export interface SentAct {
  transaction: Bytes32;
  sender: Address;
  act: LedgerAct;
}

/** A block of a memory chain, linked to its parent. */
export interface MemoryBlock {
  number: number;
  hash: Bytes32;
  parent: MemoryBlock | undefined;
  /** Unix seconds. */
  timestamp: number;
  acts: SentAct[];
  /** Acts that a contract refused, by transaction. */
  refused: Map<Bytes32, Refusal>;
  events: LocatedEvent[];
}
