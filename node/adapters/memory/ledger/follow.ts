import { SwarmError } from "../../../core/errors.ts";
import type { LocatedEvent } from "../../../core/ledger/events.ts";
import type { LedgerUpdate } from "../../../ports/ledger.ts";
import type { MemoryBlock } from "./block.ts";
import type { MemoryChain } from "./chain.ts";

/** What a reader's history may do (R9): the same settings as a deployment's. */
export interface ReadSettings {
  /** Blocks that must follow before a block counts; 0: at once. */
  confirmations: number;
  /** How many blocks that counted may be lost. */
  maxRewind: number;
}

/** Where a reader stands; undefined before its first block. */
export type Cursor = MemoryBlock | undefined;

/** What a reader that stands at `cursor` gets next; undefined where there is nothing new. @throws SwarmError CHAIN_DEEP_REORG */
export function nextUpdate(
  chain: MemoryChain,
  cursor: Cursor,
  { confirmations, maxRewind }: ReadSettings,
): { update: LedgerUpdate; cursor: MemoryBlock } | undefined {
  const ancestor = cursor && commonAncestor(cursor, chain.head);
  if (cursor && ancestor && ancestor !== cursor) {
    const most = confirmations > 0 ? 0 : maxRewind;
    if (cursor.number - ancestor.number > most) throw deepReorg(cursor, most);
    return { update: { kind: "rollback", to: ancestor.number }, cursor: ancestor };
  }
  const final = blockAt(chain.head, chain.head.number - confirmations);
  if (!final || (cursor && final.number <= cursor.number)) return undefined;
  const events: LocatedEvent[] = [];
  for (let block: MemoryBlock | undefined = final; block && block !== cursor; block = block.parent)
    events.unshift(...block.events);
  const { number: head, hash: headHash, timestamp } = final;
  return { update: { kind: "events", events: structuredClone(events), head, headHash, timestamp }, cursor: final };
}

/** The block of number `number` at or before `head`; undefined before the genesis. */
export function blockAt(head: MemoryBlock, number: number): MemoryBlock | undefined {
  let block: MemoryBlock | undefined = head;
  while (block && block.number > number) block = block.parent;
  return block;
}

/** The last block of `reader`'s history that is also in the chain that ends at `head`. */
function commonAncestor(reader: MemoryBlock, head: MemoryBlock): MemoryBlock | undefined {
  let mine: MemoryBlock | undefined = reader;
  let theirs = blockAt(head, reader.number);
  while (mine && mine !== theirs) {
    mine = mine.parent;
    theirs = mine && theirs && blockAt(theirs, mine.number);
  }
  return mine;
}

function deepReorg({ number: head }: MemoryBlock, maxRewind: number): SwarmError {
  return new SwarmError(
    "CHAIN_DEEP_REORG",
    `The chain's history changed more than ${maxRewind} blocks before block ${head}, which counted as final. Find out which history is right before going on.`,
    { head, maxRewind },
  );
}
