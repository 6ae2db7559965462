import { absent, type FileName, fileInMemory, type StoredFile } from "../merge/hashedFile.ts";
import type { Bytes32 } from "../primitives.ts";

/** Where a round's valid updates wait for their merge, so that an audit need not hold them all in memory. */
export interface Spool {
  put(sha256: Bytes32, bytes: Uint8Array): void | Promise<void>;
  /** A file that was put. What it gives is compared with its hash. */
  open(name: FileName): StoredFile | Promise<StoredFile>;
  /** Forgets everything. */
  clear(): void | Promise<void>;
}

/** For small models: a round's updates in memory. */
export function spoolInMemory(): Spool {
  const kept = new Map<Bytes32, Uint8Array>();
  return {
    put: (sha256, bytes) => void kept.set(sha256, bytes),
    open(name) {
      const bytes = kept.get(name.sha256);
      if (bytes === undefined) throw absent(name);
      return fileInMemory(name, bytes);
    },
    clear: () => kept.clear(),
  };
}
