import { createHash } from "node:crypto";
import { SwarmError } from "../../core/errors.ts";
import { fileInMemory } from "../../core/merge/hashedFile.ts";
import type { Bytes32 } from "../../core/primitives.ts";
import type { Disk, FileKind, JournalEntry } from "../../ports/disk.ts";

/** What a failing medium does to a file: a bit of it changes, or its second half is gone. */
export type Damage = "altered" | "cut off";

/** A disk in memory that can lose power. */
export interface MemoryDisk extends Disk {
  /**
   * Loses whatever was not synced: operations still under way never finish on the medium, and this handle is dead.
   * @returns the disk as it is found at the next start
   */
  crash(): MemoryDisk;
  /** Harms a stored file; its first bit is changed where nothing else is said. */
  damage(kind: FileKind, sha256: Bytes32, how?: Damage): void;
  /**
   * What a power cut at this moment would leave, for those who check promises. Files that were harmed since count as there: their writer cannot
   * know before it reads them.
   */
  readonly durable: Readonly<{
    has(kind: FileKind, sha256: Bytes32): boolean;
    isIntact(kind: FileKind, sha256: Bytes32): boolean;
    journal: readonly string[];
  }>;
}

/** What survives a crash. */
interface Medium {
  files: Map<string, Uint8Array>;
  journal: string[];
  /** Names of files that were harmed since they were written. */
  harmed: Set<string>;
}

export interface MemoryDiskOptions {
  /** Awaited before each sync: a test holds it back to crash in between. At once by default. */
  sync?: () => Promise<void>;
  /** Told of a damaged file that was set aside. */
  onDamaged?: (kind: FileKind, sha256: Bytes32) => void;
  /** Whether there is room for what is to be written now; always by default. */
  hasRoom?: () => boolean;
  /** Breaks the port's promise: changes are said to be done before they are synced. For tests of those who check promises. */
  lazy?: boolean;
}

export function createMemoryDisk(options: MemoryDiskOptions = {}): MemoryDisk {
  return openMedium({ files: new Map(), journal: [], harmed: new Set() }, options);
}

const copyOf = ({ files, journal, harmed }: Medium): Medium => ({
  files: new Map(files),
  journal: [...journal],
  harmed: new Set(harmed),
});

/** @param synced what survives a crash */
function openMedium(synced: Medium, options: MemoryDiskOptions): MemoryDisk {
  /** What the running program sees. */
  const medium = options.lazy ? copyOf(synced) : synced;
  let state: "open" | "closed" | "crashed" = "open";
  let tail: Promise<unknown> = Promise.resolve();

  function assertOpen(): void {
    if (state !== "open") throw new SwarmError("DISK_CLOSED", "This disk was closed: open it again");
  }

  function assertRoom(): void {
    if (options.hasRoom?.() === false)
      throw new SwarmError("DISK_FULL", "No room left on this disk: free some space", { path: "memory" });
  }

  /** Reaches the medium only when synced, one change after the other; after a crash never. */
  function durably(change: (medium: Medium) => void, needsRoom = true): Promise<void> {
    assertOpen();
    const done = tail.then(async () => {
      if (needsRoom) assertRoom();
      await options.sync?.();
      if (state === "crashed") return new Promise<never>(() => undefined);
      return change(synced);
    });
    tail = done.catch(() => undefined);
    if (medium === synced) return done;
    change(medium);
    return Promise.resolve();
  }

  return {
    async write(kind, bytes) {
      const copy = bytes.slice();
      const sha256 = hashOf(copy);
      const name = nameOf(kind, sha256);
      await durably(({ files, harmed }) => {
        files.set(name, copy);
        harmed.delete(name);
      }, !medium.files.has(name));
      return sha256;
    },
    async read(kind, sha256) {
      assertOpen();
      const name = nameOf(kind, sha256);
      const bytes = medium.files.get(name);
      if (bytes === undefined || hashOf(bytes) === sha256) return bytes?.slice();
      medium.files.delete(name);
      synced.files.delete(name);
      options.onDamaged?.(kind, sha256);
      return undefined;
    },
    async open(kind, sha256) {
      assertOpen();
      // What is stored is never changed in place, only replaced.
      const bytes = medium.files.get(nameOf(kind, sha256));
      return bytes && { ...fileInMemory({ kind, sha256 }, bytes), close: () => Promise.resolve() };
    },
    async has(kind, sha256) {
      assertOpen();
      return medium.files.has(nameOf(kind, sha256));
    },
    async remove(kind, sha256) {
      const name = nameOf(kind, sha256);
      await durably(({ files }) => void files.delete(name), false);
    },
    async list(kind) {
      assertOpen();
      const names = [...medium.files.keys()].filter((name) => name.startsWith(`${kind}/`));
      return names.map((name) => name.slice(kind.length + 1) as Bytes32).sort();
    },
    async append(entry) {
      const line = JSON.stringify(entry);
      await durably(({ journal }) => void journal.push(line));
    },
    async entries() {
      await tail;
      assertOpen();
      return medium.journal.map((line) => JSON.parse(line) as JournalEntry);
    },
    async compact(shorten) {
      await durably((to) => {
        const entries = to.journal.map((line) => JSON.parse(line) as JournalEntry);
        const short = shorten(entries);
        if (short === entries) return;
        assertRoom();
        to.journal = short.map((entry) => JSON.stringify(entry));
      }, false);
    },
    async close() {
      await tail;
      if (state === "open") state = "closed";
    },
    crash() {
      state = "crashed";
      return openMedium(copyOf(synced), options);
    },
    damage(kind, sha256, how = "altered") {
      const bytes = medium.files.get(nameOf(kind, sha256));
      if (bytes === undefined || bytes.length === 0) throw new RangeError(`there is no ${kind} ${sha256} to damage`);
      // Another copy: readers of before may still look at the whole one.
      const damaged = bytes.slice(0, how === "altered" ? undefined : bytes.length >> 1);
      if (how === "altered") damaged[0] = (damaged[0] ?? 0) ^ 1;
      for (const { files } of [medium, synced]) files.set(nameOf(kind, sha256), damaged);
      synced.harmed.add(nameOf(kind, sha256));
    },
    durable: {
      has: (kind, sha256) => [synced.files, synced.harmed].some((names) => names.has(nameOf(kind, sha256))),
      isIntact: (kind, sha256) => synced.files.has(nameOf(kind, sha256)) && !synced.harmed.has(nameOf(kind, sha256)),
      get journal() {
        return synced.journal;
      },
    },
  };
}

function hashOf(bytes: Uint8Array): Bytes32 {
  return `0x${createHash("sha256").update(bytes).digest("hex")}`;
}

function nameOf(kind: FileKind, sha256: Bytes32): string {
  if (!/^0x[0-9a-f]{64}$/.test(sha256)) {
    throw new SwarmError("FILE_HASH", `"${sha256}" is no sha256: expected 0x and 64 lower-case hex digits`, { sha256 });
  }
  return `${kind}/${sha256}`;
}
