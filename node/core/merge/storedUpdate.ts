import { readUpdateLayout } from "../codec.ts";
import { SwarmError } from "../errors.ts";
import { HEAD_BYTES, toMachineOrder } from "../safetensors.ts";
import { specDifference } from "../update.ts";
import type { TensorSpec } from "../weights.ts";
import { type FileName, HashedFile, type StoredFile } from "./hashedFile.ts";
import type { StreamedContribution } from "./merge.ts";

/** An update's values out of its file, in order from the first to the last as often as the merge needs them; one block is in memory. */
export class StoredUpdate implements StreamedContribution {
  readonly member: number;
  readonly weight: number;
  readonly #file: HashedFile;
  /** What stands before the values. */
  readonly #head: Uint8Array;
  #values = new Float32Array(0);

  private constructor(contributor: { member: number; weight: number }, file: HashedFile, headBytes: number) {
    this.member = contributor.member;
    this.weight = contributor.weight;
    this.#file = file;
    this.#head = new Uint8Array(headBytes);
  }

  /**
   * Reads the file's header.
   * @param specs the base's tensors
   * @throws SwarmError MERGE_INPUT for other tensors, FILE_... for what is no update
   */
  static async open(
    contributor: { member: number; weight: number },
    name: FileName,
    file: StoredFile,
    specs: readonly TensorSpec[],
  ): Promise<StoredUpdate> {
    const head = new Uint8Array(Math.min(HEAD_BYTES, file.size));
    await file.read(head, 0);
    const { specs: given, start } = readUpdateLayout(head, file.size);
    const { member } = contributor;
    const difference = specDifference(given, specs);
    if (difference !== undefined)
      throw new SwarmError("MERGE_INPUT", `The update of member ${member} does not fit: ${difference}`, { member });
    return new StoredUpdate(contributor, new HashedFile(name, file), start);
  }

  /** @returns a view that the next call overwrites */
  read(start: number, count: number): Float32Array | Promise<Float32Array> {
    if (this.#values.length < count) this.#values = new Float32Array(count);
    const values = this.#values.subarray(0, count);
    const bytes = new Uint8Array(values.buffer, 0, 4 * count);
    const head = start === 0 ? this.#file.next(this.#head) : undefined;
    const done = head instanceof Promise ? head.then(() => this.#file.next(bytes)) : this.#file.next(bytes);
    if (done instanceof Promise) return done.then(() => this.#ready(values, bytes));
    return this.#ready(values, bytes);
  }

  #ready(values: Float32Array, bytes: Uint8Array): Float32Array {
    toMachineOrder(bytes);
    return values;
  }
}
