/** Divides a stream of bytes into lines and keeps no more than one line of it. */
export class LineReader {
  readonly #most: number;
  #parts: Buffer[] = [];
  #length = 0;

  /** @param most bytes of a line */
  constructor(most: number) {
    this.#most = most;
  }

  /** The lines that end in this chunk; undefined once one is too long, after which it is of no use any more. */
  push(chunk: Buffer): string[] | undefined {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      if (this.#length + end - from > this.#most) return undefined;
      this.#parts.push(chunk.subarray(from, end));
      lines.push(this.#take());
      from = end + 1;
    }
    if (this.#length + chunk.length - from > this.#most) return undefined;
    if (from < chunk.length) {
      // A copy: the view would keep the whole chunk.
      this.#parts.push(Buffer.from(chunk.subarray(from)));
      this.#length += chunk.length - from;
    }
    return lines;
  }

  /** What came after the last end of a line, which then is none any more. */
  rest(): string {
    return this.#take();
  }

  #take(): string {
    const line = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    return line.toString("utf8").replace(/\r$/, "");
  }
}

/** So many at once, and then so many a second: a bucket that fills up again. */
export class Allowance {
  readonly #most: number;
  readonly #perMs: number;
  #left: number;
  #at = performance.now();

  constructor(atOnce: number, perSecond: number) {
    this.#most = atOnce;
    this.#perMs = perSecond / 1000;
    this.#left = atOnce;
  }

  /** Whether one more is allowed now. */
  take(): boolean {
    const now = performance.now();
    this.#left = Math.min(this.#most, this.#left + (now - this.#at) * this.#perMs);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
