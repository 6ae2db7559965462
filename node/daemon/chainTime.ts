/** How many of the last blocks the estimate looks at. */
const BLOCKS = 8;

/**
 * What time the chain has now, from its last blocks and the local clock in between. Block times are whole seconds, so a block seen late in its
 * second makes the chain look slow: of the last blocks, the one that makes it look fastest is believed. A local clock that jumps spoils
 * the estimate until the next blocks; a deadline that is tried too early is refused by the chain and tried again.
 */
export class ChainTime {
  readonly #offsets: number[] = [];
  readonly #seenMs: number[] = [];

  /** @param timestamp unix seconds of a block @param nowMs local unix milliseconds at which it was seen */
  observe(timestamp: number, nowMs: number): void {
    this.#offsets.push(timestamp - nowMs / 1000);
    if (this.#offsets.length > BLOCKS) this.#offsets.shift();
    this.#seenMs.push(nowMs);
    if (this.#seenMs.length > BLOCKS) this.#seenMs.shift();
  }

  reset(): void {
    this.#offsets.length = 0;
    this.#seenMs.length = 0;
  }

  /** The longest time in seconds between two of the last blocks; 0 before the second. */
  longestGap(): number {
    const gaps = this.#seenMs.slice(1).map((seen, i) => seen - (this.#seenMs[i] as number));
    return Math.max(0, ...gaps) / 1000;
  }

  /** Unix seconds of the chain, fractions included; 0 before the first block. */
  at(nowMs: number): number {
    return this.#offsets.length > 0 ? Math.max(...this.#offsets) + nowMs / 1000 : 0;
  }
}
