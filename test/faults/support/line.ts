/** Bytes of a segment: what is lost at a time. */
const SEGMENT = 1_448;

export interface LineOptions {
  bytesPerSecond: number;
  /** One way. */
  latencyMs: number;
  /** Chance of a segment to be lost, 0 to 1. */
  loss: number;
  /** How long the sender takes to notice a loss and send again. */
  retransmitMs: number;
  /** Uniform in [0, 1). */
  random: () => number;
}

/** One direction of a clinic's access line. All its connections share the bandwidth, first come first served. */
export class Line {
  readonly #options: LineOptions;
  #free = 0;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** @param at when the bytes are at its beginning, milliseconds @returns when they are at its end */
  pass(at: number, bytes: number): number {
    const { bytesPerSecond, latencyMs, loss, retransmitMs, random } = this.#options;
    const begin = Math.max(at, this.#free);
    this.#free = begin + (bytes / bytesPerSecond) * 1_000;
    let pause = 0;
    for (let sent = 0; sent < bytes; sent += SEGMENT) if (random() < loss) pause += retransmitMs;
    return this.#free + latencyMs + pause;
  }
}

/** A fixed sequence of chances (mulberry32): a scenario that fails fails again. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
