import type { Logger } from "../../ports/logger.ts";
import { Allowance, LineReader } from "./lines.ts";
import { shown } from "./messages.ts";

/** Longest line of a trainer's standard error that is kept, bytes, and shown, characters. */
const KEPT_BYTES = 16_384;
const SHOWN = 500;
const NEWLINE = 0x0a;
/** Lines that go to the log at once, and a second: the log of a node is no place for a flood. */
const LINES_AT_ONCE = 200;
const LINES_PER_SECOND = 5;

/** A trainer's standard error: a bounded part of it goes to the node's log, the last line is kept for what is said when it ends. */
export class Chatter {
  readonly #logger: Logger;
  readonly #allowance = new Allowance(LINES_AT_ONCE, LINES_PER_SECOND);
  #lines = new LineReader(KEPT_BYTES);
  #dropped = 0;
  #last = "";

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** The last line that was not empty. */
  get last(): string {
    return this.#last;
  }

  push(chunk: Buffer): void {
    const lines = this.#lines.push(chunk);
    if (lines === undefined) {
      this.#lines = new LineReader(KEPT_BYTES);
      this.#dropped += 1 + chunk.reduce((count, byte) => count + (byte === NEWLINE ? 1 : 0), 0);
    } else for (const line of lines) this.#tell(line);
  }

  end(): void {
    this.#tell(this.#lines.rest());
    this.#sayDropped();
  }

  #tell(line: string): void {
    const text = shown(line, SHOWN);
    if (text === "") return;
    this.#last = text;
    if (!this.#allowance.take()) {
      this.#dropped++;
      return;
    }
    this.#sayDropped();
    this.#logger.info("the trainer says", { text });
  }

  #sayDropped(): void {
    if (this.#dropped > 0) this.#logger.info("the trainer says more than is kept", { linesLeftOut: this.#dropped });
    this.#dropped = 0;
  }
}
