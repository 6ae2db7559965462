import type { Bytes32 } from "../../../core/primitives.ts";
import type { BlockHeader } from "../rpc/header.ts";

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

  /** @param start the block whose events count as read @param memory how many earlier heads to remember */
  constructor(start: ReadBlock, memory: number) {
    this.#read = [start];
    this.#memory = memory;
  }

  get head(): ReadBlock {
    return this.#read.at(-1) as ReadBlock;
  }

  /** Heads read, the latest first. */
  earlier(): ReadBlock[] {
    return this.#read.toReversed();
  }

  advance(head: BlockHeader): void {
    this.#read.push({ number: head.number, hash: head.hash });
    if (this.#read.length > this.#memory + 1) this.#read.shift();
  }

  /** Forgets everything after `block`, which becomes the head. */
  backTo(block: ReadBlock): void {
    this.#read = this.#read.filter(({ number }) => number < block.number);
    this.#read.push(block);
  }
}
