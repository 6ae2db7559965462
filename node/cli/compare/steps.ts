interface Step {
  number: number;
  file: string;
  /** So far, by all. */
  bytes: number;
}

/** Rounds or epochs as they are finished, also across a restart that makes the server count anew. */
export class Steps {
  readonly #steps = new Map<number, Step>();
  #waiting: { number: number; done(): void }[] = [];
  #before = 0;
  #last = 0;
  /** How many were told of a second time. */
  repeated = 0;

  get count(): number {
    return this.#steps.size;
  }

  /** In their order. */
  get all(): Step[] {
    return [...this.#steps.values()].sort((a, b) => a.number - b.number);
  }

  /** @param bytes of this step alone where `each`, else since whoever counts began */
  add(number: number, file: string, bytes: number, each: boolean): void {
    if (each) this.#before += bytes;
    else if (bytes < this.#last) this.#before += this.#last;
    this.#last = each ? 0 : bytes;
    if (this.#steps.has(number)) this.repeated++;
    this.#steps.set(number, { number, file, bytes: this.#before + this.#last });
    const [now, later] = [
      this.#waiting.filter((it) => it.number <= number),
      this.#waiting.filter((it) => it.number > number),
    ];
    this.#waiting = later;
    for (const { done } of now) done();
  }

  /** Resolves when this one, or a later one, is finished. */
  reached(number: number): Promise<void> {
    if ([...this.#steps.keys()].some((each) => each >= number)) return Promise.resolve();
    return new Promise((done) => void this.#waiting.push({ number, done }));
  }

  /** Resolves with the next one. */
  next(): Promise<void> {
    return this.reached(Math.max(0, ...this.#steps.keys()) + 1);
  }
}
