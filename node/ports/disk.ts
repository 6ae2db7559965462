import type { StoredFile } from "../core/merge/hashedFile.ts";
import type { Bytes32 } from "../core/primitives.ts";

/**
 * What a file is to the node. `last-local`: its own weights after its latest training, before any merge. `own-layers`: the layers that the task
 * leaves at each node, after a training; nobody else is given them. `sealed`: its own sealed
 * update between the computing of its CID and the closing of submissions, when it goes to the store (R2).
 */
export type FileKind = "update" | "model" | "last-local" | "own-layers" | "sealed";

/** One line of the journal: what the node did that the chain does not tell. Plain JSON values only. */
export type JournalEntry = Readonly<Record<string, unknown>> & { readonly type: string };

/** A file that is open for reading; whoever opened it closes it. Removing or replacing the file meanwhile changes nothing about what it gives. */
export interface OpenFile extends StoredFile {
  close(): Promise<void>;
}

/**
 * A node's own durable files: opened updates and models by hash, and its journal. One process at a time owns a disk.
 * Every write is whole or absent after a crash, and on disk when its promise resolves.
 */
export interface Disk {
  /** Stores a file under the hash of its bytes. Writing what is there already is cheap. */
  write(kind: FileKind, bytes: Uint8Array): Promise<Bytes32>;
  /** The bytes, checked against the hash; undefined where absent. A damaged file is set aside, logged and reads as absent. */
  read(kind: FileKind, sha256: Bytes32): Promise<Uint8Array | undefined>;
  /**
   * The file for reads in parts, so that large ones need not be in memory; undefined where absent. Its bytes are given as they are: who reads
   * them compares their hash (core/merge/hashedFile.ts), and where it is another one calls `read`, which sets the file aside.
   */
  open(kind: FileKind, sha256: Bytes32): Promise<OpenFile | undefined>;
  has(kind: FileKind, sha256: Bytes32): Promise<boolean>;
  remove(kind: FileKind, sha256: Bytes32): Promise<void>;
  list(kind: FileKind): Promise<Bytes32[]>;
  /** Appends one entry; it survives a crash once the promise resolves (R7). */
  append(entry: JournalEntry): Promise<void>;
  /** All whole entries in order; a torn last line is dropped. */
  entries(): Promise<JournalEntry[]>;
  /**
   * Replaces the journal by what `shorten` makes of its entries, whole or not at all; what is appended meanwhile comes behind them. Given the
   * same array back it changes nothing.
   */
  compact(shorten: (entries: JournalEntry[]) => JournalEntry[]): Promise<void>;
  close(): Promise<void>;
}
