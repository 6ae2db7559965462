import type { Bytes32 } from "../../../core/primitives.ts";

/** A block whose events a reader has. */
export interface ReadBlock {
  number: number;
  /** undefined where the reader began after a block it did not read here. */
  hash: Bytes32 | undefined;
}

/** Where a reader stands, and which blocks before it could go back to (R9). */
export class Position {
  #read: ReadBlock[];
  #memory: number;

  /** @param start the block whose events count as read @param memory how many blocks to go back at most */
  constructor(start: ReadBlock, memory: number) {
    this.#read = [{ ...start }];
    this.#memory = memory;
  }

  get head(): ReadBlock {
    return this.#read.at(-1) as ReadBlock;
  }

  /** Heads read, the latest first. */
  earlier(): ReadBlock[] {
    return this.#read.toReversed();
  }

  /** @param blocks that were read, the last one being the new head; those not after the present head are left out */
  advance(blocks: readonly ReadBlock[]): void {
    for (const { number, hash } of blocks) {
      if (number > this.head.number) this.#read.push({ number, hash });
      else if (number === this.head.number) this.head.hash ??= hash;
    }
    const oldest = this.head.number - this.#memory;
    while (this.#read.length > 1 && (this.#read[0] as ReadBlock).number < oldest) this.#read.shift();
  }

  /** Forgets everything after `block`, which becomes the head. */
  backTo(block: ReadBlock): void {
    this.#read = this.#read.filter(({ number }) => number < block.number);
    this.#read.push(block);
  }
}
