/** A value of Thrift's compact protocol; structures are maps by field number. */
export type ThriftValue = boolean | number | Uint8Array | ThriftValue[] | ThriftStruct;
export type ThriftStruct = Map<number, ThriftValue>;

/** Deepest nesting; Parquet's own structures have seven levels. */
const MAX_DEPTH = 24;
const STOP = 0;

/**
 * Reads one structure (Thrift compact protocol). Work and memory are bounded by the bytes: each element of a list takes one at least.
 * @returns the structure, and how many bytes it takes
 * @throws RangeError or Error where the bytes are not one
 */
export function readThrift(bytes: Uint8Array): { value: ThriftStruct; length: number } {
  const reader = new Reader(bytes);
  const value = reader.struct(0);
  return { value, length: reader.at };
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  struct(depth: number): ThriftStruct {
    if (depth > MAX_DEPTH) throw new Error("structures are nested too deeply");
    const fields: ThriftStruct = new Map();
    for (let id = 0; ;) {
      const head = this.#byte();
      const type = head & 15;
      if (type === STOP) return fields;
      id = head >> 4 === 0 ? this.#integer() : id + (head >> 4);
      // In a structure, a boolean is its type.
      fields.set(id, type === 1 ? true : type === 2 ? false : this.#value(type, depth));
    }
  }

  #value(type: number, depth: number): ThriftValue {
    switch (type) {
      case 1:
      case 2:
        return this.#byte() === 1;
      case 3:
        return this.#view.getInt8(this.at++);
      case 4:
      case 5:
      case 6:
        return this.#integer();
      case 7:
        this.at += 8;
        return this.#view.getFloat64(this.at - 8, true);
      case 8:
        return this.#binary();
      case 9:
      case 10:
        return this.#list(depth + 1);
      case 12:
        return this.struct(depth + 1);
      default:
        throw new Error(`there is a field of the unknown type ${type}`);
    }
  }

  #list(depth: number): ThriftValue[] {
    if (depth > MAX_DEPTH) throw new Error("lists are nested too deeply");
    const head = this.#byte();
    const size = head >> 4 === 15 ? this.#varint() : head >> 4;
    if (size > this.#bytes.length - this.at) throw new Error("a list is longer than what is left");
    return Array.from({ length: size }, () => this.#value(head & 15, depth));
  }

  #binary(): Uint8Array {
    const length = this.#varint();
    if (length > this.#bytes.length - this.at) throw new Error("a text is longer than what is left");
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  /** Zigzag. */
  #integer(): number {
    const folded = this.#varint();
    return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
  }

  /** Of up to 10 bytes; beyond 2^53 only roughly right, which every limit refuses. */
  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new Error("a number is too long");
  }

  #byte(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw new Error("it ends within a structure");
    return byte;
  }
}
