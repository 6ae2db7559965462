import type { Cid, PeerId } from "../core/primitives.ts";

/**
 * Sealed files in IPFS. Whatever is put here can be asked for by any connected peer, so opened updates and models never come here (R5).
 * CIDs are CIDv1, sha2-256, raw leaves, 1 MiB chunks, at most 1024 links: the same in Helia and Kubo.
 */
export interface Store {
  /** The CID that `put` would give; stores nothing (R2). */
  cidOf(bytes: Uint8Array): Promise<Cid>;
  /** Adds and pins; returns once all is on disk. Peers can fetch it from now on. */
  put(bytes: Uint8Array): Promise<Cid>;
  /**
   * Reads a file from disk or from peers; asks `from` first. What was fetched is pinned here too.
   * @throws SwarmError STORE_TOO_LARGE (over `maxBytes`, nothing kept), STORE_NOT_FOUND (nobody had it in time), STORE_CORRUPT
   */
  get(cid: Cid, options: { maxBytes: number; from: PeerId[]; signal: AbortSignal }): Promise<Uint8Array>;
  /** Whether all blocks are on this disk. */
  has(cid: Cid): Promise<boolean>;
  /** Unpins a file and deletes its blocks; does nothing if it is not here. */
  drop(cid: Cid): Promise<void>;
  /** All pinned files. */
  list(): AsyncIterable<Cid>;
}
