/** Reads bytes from chunks of any size; nothing is held but the chunk at hand and what is asked for. */
export class ByteStream {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  #offset = 0;
  #taken = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Bytes taken so far. */
  get taken(): number {
    return this.#taken;
  }

  /** The next `length` bytes, a small number of them; fewer where the stream ends before. */
  async take(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const part = await this.#next(length - filled);
      if (part === undefined) return bytes.subarray(0, filled);
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes;
  }

  /**
   * The next bytes in pieces, each a whole number of elements.
   * @param total bytes, a multiple of `unit` @yields pieces that add up to `total`, or to less where the stream ends before
   */
  async *pieces(total: number, unit: number): AsyncGenerator<Uint8Array> {
    let left = total;
    while (left > 0) {
      const whole = Math.min(left, this.#chunk.length - this.#offset);
      const aligned = whole - (whole % unit);
      // An element that lies across two chunks is put together on its own.
      const piece = aligned > 0 ? await this.#next(aligned) : await this.take(unit);
      if (piece === undefined || piece.length % unit !== 0 || piece.length === 0) return;
      left -= piece.length;
      yield piece;
    }
  }

  /** Whether there is nothing more. */
  async ended(): Promise<boolean> {
    return (await this.#next(1)) === undefined;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  /** Up to `most` bytes without copying; undefined at the end. */
  async #next(most: number): Promise<Uint8Array | undefined> {
    while (this.#offset === this.#chunk.length) {
      const next = await this.#chunks.next();
      if (next.done === true) return undefined;
      this.#chunk = next.value;
      this.#offset = 0;
    }
    const part = this.#chunk.subarray(this.#offset, this.#offset + most);
    this.#offset += part.length;
    this.#taken += part.length;
    return part;
  }
}
