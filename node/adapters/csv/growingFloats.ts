/** Float32 values of unknown number: doubles as it grows, so at most half of it is spare and at most three times the data is held while copying. */
export class GrowingFloats {
  #values = new Float32Array(4096);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Float32Array(this.#values.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = value;
  }

  get length(): number {
    return this.#length;
  }

  /** A copy of exactly what was pushed. */
  toArray(): Float32Array {
    return this.#values.slice(0, this.#length);
  }
}
