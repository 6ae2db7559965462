import type { BlockHeader } from "../rpc/header.ts";

/** Blocks announced since a reader last looked, as far as they form one chain on top of what it has read. */
export class Announcements {
  #headers: BlockHeader[] = [];

  add(header: BlockHeader): void {
    const last = this.#headers.at(-1);
    if (last && (header.number !== last.number + 1 || header.parentHash !== last.hash)) this.#headers = [];
    this.#headers.push(header);
    if (this.#headers.length > MOST) this.#headers.shift();
  }

  get latest(): BlockHeader | undefined {
    return this.#headers.at(-1);
  }

  /** Whether announced blocks lead from `block` to `head` without a gap, so that nobody has to ask. */
  link(block: { number: number; hash: string | undefined }, head: BlockHeader): boolean {
    const first = this.#headers.find(({ number }) => number === block.number + 1);
    return (
      first !== undefined && first.parentHash === block.hash && this.#headers.some(({ hash }) => hash === head.hash)
    );
  }

  /** Times of announced blocks, by number. */
  timestamps(): Map<number, number> {
    return new Map(this.#headers.map(({ number, timestamp }) => [number, timestamp]));
  }

  /** The hash announced for a block, where it was. */
  hashOf(number: number): string | undefined {
    return this.#headers.find((header) => header.number === number)?.hash;
  }

  /** Forgets blocks up to `number`. */
  dropUpTo(number: number): void {
    this.#headers = this.#headers.filter((header) => header.number > number);
  }

  clear(): void {
    this.#headers = [];
  }
}

/** More are not remembered: a reader that far behind asks. */
const MOST = 512;
