import type { LedgerEvent } from "../../../core/ledger/events.ts";
import type { Address } from "../../../core/primitives.ts";

/** What a contract knows while it runs an act. */
export interface Transaction {
  sender: Address;
  block: number;
  /** Unix seconds of the block. */
  timestamp: number;
  emit(event: LedgerEvent): void;
}

/** Thrown where the contract would revert; nothing may have been changed before. */
export class Revert extends Error {
  readonly reason: string;
  readonly args: Record<string, unknown>;

  constructor(reason: string, args: Record<string, unknown>) {
    super(reason);
    this.reason = reason;
    this.args = args;
  }
}

export function revert(reason: string, args: Record<string, unknown> = {}): never {
  throw new Revert(reason, args);
}

export const ZERO_ADDRESS: Address = `0x${"0".repeat(40)}`;
export const ZERO_HASH = `0x${"0".repeat(64)}` as const;
