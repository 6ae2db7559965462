import assert from "node:assert/strict";
import { SwarmError } from "../../../node/core/errors.ts";
import type { RegistryAct } from "../../../node/core/ledger/acts.ts";
import type { LedgerEvent, LocatedEvent } from "../../../node/core/ledger/events.ts";
import type { Address } from "../../../node/core/primitives.ts";
import type { Ledger } from "../../../node/ports/ledger.ts";

/** A fresh network of one licensor (account 1), as an adapter's test provides it. */
export interface LedgerHarness {
  account(seed: number): Address;
  /** @param seed whose ledger; undefined for one that can only be read */
  open(seed: number | undefined, options?: { maxRewind?: number }): Promise<Ledger>;
  /** A signed registration of the account's own keys. */
  registration(seed: number, nonce: number): Promise<RegistryAct & { type: "registerNode" }>;
  /** Unix seconds of the latest block. */
  time(): Promise<number>;
  /** Lets the chain's clock run ahead; the next block shows it. */
  passSeconds(seconds: number): Promise<void>;
  /** Takes the last blocks away (R9). */
  rewind(blocks: number): Promise<void>;
  /** Cuts, or restores, the connection of a ledger to the chain. */
  cut(ledger: Ledger): Promise<void>;
  restore(ledger: Ledger): Promise<void>;
  close(): Promise<void>;
}

export type EventOf<Type extends LedgerEvent["type"]> = Extract<LocatedEvent, { type: Type }>;

/** Events of one type, in order. */
export function eventsOf<Type extends LedgerEvent["type"]>(events: LocatedEvent[], type: Type): EventOf<Type>[] {
  return events.filter((event): event is EventOf<Type> => event.type === type);
}

export function lastOf<Type extends LedgerEvent["type"]>(events: LocatedEvent[], type: Type): EventOf<Type> {
  const found = eventsOf(events, type).at(-1);
  assert.ok(found, `an event ${type}`);
  return found;
}

/** The refusal a send ends with. */
export async function refusalOf(
  sending: Promise<unknown>,
): Promise<{ reason: unknown; args: unknown; message: string }> {
  const error = await sending.then(
    () => assert.fail("the ledger took the act"),
    (caught: unknown) => caught,
  );
  assert.ok(error instanceof SwarmError, String(error));
  assert.equal(error.code, "LEDGER_REFUSED", error.message);
  return { reason: error.data.reason, args: error.data.args, message: error.message };
}
