import { SwarmError } from "../../../core/errors.ts";
import type { LedgerAct } from "../../../core/ledger/acts.ts";
import type { LedgerEvent } from "../../../core/ledger/events.ts";
import type { Address, Bytes32 } from "../../../core/primitives.ts";
import type { MemoryBlock, SentAct } from "./block.ts";
import { Contracts, type ContractSettings } from "./contracts.ts";
import { Revert, type Transaction } from "./transaction.ts";
import { words } from "./words.ts";

/** What became of a block's acts, and the block, for those who wait. */
type Listener = () => void;

/**
 * A chain with both contracts in memory, shared by any number of ledgers (see createMemoryLedger). Blocks are mined for each act, or
 * when `mine` is called; time is what `now` says and never runs backwards.
 */
export class MemoryChain {
  #settings: ContractSettings;
  #now: () => number;
  #automatic: boolean;
  #contracts: Contracts;
  #head: MemoryBlock;
  #pending: SentAct[] = [];
  #listeners = new Set<Listener>();
  #serial = 0;

  /**
   * @param now unix seconds
   * @param automatic whether each act is mined at once
   */
  constructor(settings: ContractSettings, now: () => number, automatic: boolean) {
    this.#settings = settings;
    this.#now = now;
    this.#automatic = automatic;
    const genesis = this.#seal(undefined, [], now());
    this.#head = this.#seal(genesis, [], now());
    this.#contracts = this.#deploy(this.#head);
  }

  get head(): MemoryBlock {
    return this.#head;
  }

  get genesisHash(): Bytes32 {
    let block = this.#head;
    while (block.parent) block = block.parent;
    return block.hash;
  }

  /** Acts that wait for a block. */
  get pending(): readonly SentAct[] {
    return this.#pending;
  }

  get settings(): Readonly<ContractSettings> {
    return this.#settings;
  }

  nonceOf(account: Address): number {
    return this.#contracts.nonceOf(account);
  }

  /** Takes an act; it is in a block once that is mined. */
  submit(sender: Address, act: LedgerAct): SentAct {
    const sent = { transaction: this.#settings.hash(words(sender, ++this.#serial)), sender, act };
    this.#pending.push(sent);
    if (this.#automatic) this.mine();
    return sent;
  }

  /** Mines one block of all pending acts in their order, or of those given. */
  mine(acts: SentAct[] = this.#pending): MemoryBlock {
    this.#pending = this.#pending.filter((act) => !acts.includes(act));
    this.#head = this.#seal(this.#head, acts, Math.max(this.#now(), this.#head.timestamp));
    this.#run(this.#head);
    this.#tell();
    return this.#head;
  }

  /** Acts of lost blocks wait for a block again, before those that do already. */
  putBack(acts: readonly SentAct[]): void {
    this.#pending = [...acts, ...this.#pending];
  }

  /** Drops an act that is not mined yet, as nodes do when they restart. */
  drop(act: SentAct): void {
    this.#pending = this.#pending.filter((other) => other !== act);
  }

  /** Loses the last blocks, as a local chain that was killed does (R9); what comes next is another history. */
  rewind(blocks: number): void {
    const kept: MemoryBlock[] = [];
    for (let block: MemoryBlock | undefined = this.#head; block; block = block.parent) kept.unshift(block);
    if (blocks < 0 || blocks > kept.length - 2) {
      throw new SwarmError(
        "MEMORY_REWIND",
        `Only blocks after the deployment can be lost, ${kept.length - 2} of them, not ${blocks}.`,
      );
    }
    kept.length -= blocks;
    this.#head = kept.at(-1) as MemoryBlock;
    this.#contracts = this.#deploy({ ...(kept[1] as MemoryBlock), events: [] });
    // Running the same acts at the same times again gives the same state, so no block has to keep a copy of it.
    for (const block of kept.slice(2)) this.#run({ ...block, events: [], refused: new Map() });
    this.#tell();
  }

  /** Calls `listener` whenever the head changed. @returns how to stop */
  onHead(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #seal(parent: MemoryBlock | undefined, acts: SentAct[], timestamp: number): MemoryBlock {
    const number = parent ? parent.number + 1 : 0;
    const hash = this.#settings.hash(words(parent?.hash ?? 0, number, timestamp, ++this.#serial));
    return { number, hash, parent, timestamp, acts: [...acts], refused: new Map(), events: [] };
  }

  #deploy(block: MemoryBlock): Contracts {
    const transaction = this.#settings.hash(words(0));
    return new Contracts(this.#settings, this.#transaction(block, { transaction, sender: this.#settings.registry }));
  }

  #run(block: MemoryBlock): void {
    for (const sent of block.acts) {
      const before = block.events.length;
      try {
        this.#contracts.run(sent.act, this.#transaction(block, sent));
      } catch (error) {
        if (!(error instanceof Revert)) throw error;
        block.events.length = before;
        block.refused.set(sent.transaction, { reason: error.reason, args: error.args });
      }
    }
  }

  #transaction(block: MemoryBlock, { transaction, sender }: { transaction: Bytes32; sender: Address }): Transaction {
    return {
      sender,
      block: block.number,
      timestamp: block.timestamp,
      emit(event: LedgerEvent) {
        const { number, timestamp, events } = block;
        events.push({
          ...structuredClone(event),
          at: { block: number, index: events.length, timestamp, transaction, sender },
        });
      },
    };
  }
}
