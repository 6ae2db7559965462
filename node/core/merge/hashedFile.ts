import { SwarmError } from "../errors.ts";
import { runningSha256 } from "../hash.ts";
import type { Bytes32 } from "../primitives.ts";

/** A file that can be read in parts. */
export interface StoredFile {
  /** Bytes. */
  readonly size: number;
  /** Fills `into` with the bytes from `position` on. @throws SwarmError FILE_DAMAGED where the file ends before */
  read(into: Uint8Array, position: number): void | Promise<void>;
}

export interface FileName {
  kind: string;
  sha256: Bytes32;
}

/**
 * Reads a file from its beginning to its end, any number of times, and each time compares the hash of what it read with the file's name when
 * the end is reached. So what was used is what was named, whatever happens to the file meanwhile; a result is worth nothing before
 * the end, though.
 */
export class HashedFile {
  readonly name: FileName;
  readonly #file: StoredFile;
  #hash = runningSha256();
  #position = 0;

  constructor(name: FileName, file: StoredFile) {
    this.name = name;
    this.#file = file;
  }

  get size(): number {
    return this.#file.size;
  }

  /** The next bytes; from the beginning again after the end. @throws SwarmError FILE_DAMAGED, what the file throws */
  next(into: Uint8Array): void | Promise<void> {
    const done = this.#file.read(into, this.#position);
    return done instanceof Promise ? done.then(() => this.#took(into)) : this.#took(into);
  }

  #took(bytes: Uint8Array): void {
    this.#hash.add(bytes);
    this.#position += bytes.length;
    if (this.#position < this.#file.size) return;
    const given = this.#hash.digest();
    this.#hash = runningSha256();
    this.#position = 0;
    if (given !== this.name.sha256) throw damaged(this.name, `its sha256 is ${given}`);
  }
}

/** What a file is that is not what its name says: whoever keeps it sets it aside and gets another copy. */
export function damaged({ kind, sha256 }: FileName, why: string): SwarmError {
  const message = `The ${kind} file ${sha256} changed on this disk (${why}); check the disk, the file has to be fetched again.`;
  return new SwarmError("FILE_DAMAGED", message, { kind, sha256 });
}

/** A file that a merge needs and that is not there. */
export function absent({ kind, sha256 }: FileName): SwarmError {
  const message = `The ${kind} file ${sha256} is not in this node's folder; it has to be fetched again.`;
  return new SwarmError("FILE_ABSENT", message, { kind, sha256 });
}

/** A file that is in memory as a whole. */
export function fileInMemory(name: FileName, bytes: Uint8Array): StoredFile {
  return {
    size: bytes.length,
    read(into, position) {
      if (position + into.length > bytes.length) throw damaged(name, `it has ${bytes.length} bytes only`);
      into.set(bytes.subarray(position, position + into.length));
    },
  };
}
