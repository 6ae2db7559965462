import type { MemoryBlock } from "../../adapters/memory/ledger/block.ts";
import type { MemoryChain } from "../../adapters/memory/ledger/chain.ts";
import { blockAt } from "../../adapters/memory/ledger/follow.ts";
import type { LocatedEvent } from "../../core/ledger/events.ts";
import { applyEvent, emptyNetwork, type NetworkView } from "../../core/ledger/view/network.ts";
import type { TaskView } from "../../core/ledger/view/task.ts";
import type { Bytes32 } from "../../core/primitives.ts";

/** Sees the chain as nobody in it can: what is final by the right finality, at once. */
export class Witness {
  readonly #chain: MemoryChain;
  readonly #confirmations: number;
  readonly #onEvent: (event: LocatedEvent, block: MemoryBlock) => void;
  #last: MemoryBlock | undefined;
  taskId: Bytes32 = "0x";
  view: NetworkView = emptyNetwork();

  /** @param onEvent told of every event when it becomes final */
  constructor(chain: MemoryChain, confirmations: number, onEvent: (event: LocatedEvent, block: MemoryBlock) => void) {
    this.#chain = chain;
    this.#confirmations = confirmations;
    this.#onEvent = onEvent;
  }

  /** Call whenever the head has changed. */
  look(): void {
    const final = blockAt(this.#chain.head, this.#chain.head.number - this.#confirmations);
    if (!final || final === this.#last) return;
    const news: MemoryBlock[] = [];
    let block: MemoryBlock | undefined = final;
    for (; block && block !== this.#last; block = block.parent) news.unshift(block);
    // The last block is not among this one's ancestors: the chain came back shorter, and its history is read anew (R9).
    const known = block ? 0 : this.#ancestors(final);
    if (!block) this.view = emptyNetwork();
    for (const each of news) {
      for (const event of each.events) {
        applyEvent(this.view, event);
        if (each.number > known) this.#onEvent(event, each);
      }
    }
    this.view.head = final.number;
    this.view.timestamp = final.timestamp;
    this.#last = final;
  }

  /** Number of the last block that the history of before and the new one share. */
  #ancestors(final: MemoryBlock): number {
    let mine = this.#last;
    while (mine && blockAt(final, mine.number) !== mine) mine = mine.parent;
    return mine?.number ?? -1;
  }

  get task(): TaskView {
    const task = this.view.tasks.get(this.taskId);
    if (!task) throw new Error("the task is not final yet");
    return task;
  }

  /** Every event up to the last final block. */
  events(): LocatedEvent[] {
    const blocks: MemoryBlock[] = [];
    for (let block = this.#last; block; block = block.parent) blocks.unshift(block);
    return blocks.flatMap(({ events }) => events);
  }
}
