import { createHash } from "node:crypto";
import { SwarmError } from "../../core/errors.ts";
import type { Cid, PeerId } from "../../core/primitives.ts";
import type { Store } from "../../ports/store.ts";
import { type MemoryHub, membersOf } from "./hub.ts";

export interface MemoryStoreOptions {
  hub: MemoryHub;
  /** The peer whose store this is. */
  peerId: PeerId;
}

/** A store whose medium can fail, and which can go off line. */
export interface MemoryStore extends Store {
  /** Alters one stored byte; a damaged file is deleted when it is read, and fetched again. */
  damage(cid: Cid): void;
  /** Others find nothing here any more. */
  close(): Promise<void>;
}

/** A store within the process. */
export function createMemoryStore({ hub, peerId: self }: MemoryStoreOptions): MemoryStore {
  const stores = membersOf<(cid: Cid) => Uint8Array | undefined>(hub, "store");
  const files = new Map<Cid, Uint8Array>();
  const damaged = new Set<Cid>();
  const closing = new AbortController();
  stores.set(self, own);

  /** What is stored here under a CID, unless it was damaged. */
  function own(cid: Cid): Uint8Array | undefined {
    const bytes = files.get(cid);
    if (bytes === undefined || !damaged.has(cid)) return bytes;
    damaged.delete(cid);
    files.delete(cid);
    return undefined;
  }

  /** A connected peer that has the file, those named first. */
  function findHolder(cid: Cid, from: PeerId[]): PeerId | undefined {
    return [...from, ...stores.keys()].find(
      (peer) => stores.get(peer)?.(cid) !== undefined && hub.connected(self, peer),
    );
  }

  async function fetch(cid: Cid, from: PeerId[], signal: AbortSignal): Promise<Uint8Array> {
    for (;;) {
      const holder = findHolder(cid, from);
      if (holder === undefined) {
        await nextChange(hub, signal);
        continue;
      }
      await hub.travel(self, holder, signal);
      await hub.travel(holder, self, signal);
      const bytes = hub.connected(self, holder) ? stores.get(holder)?.(cid) : undefined;
      if (bytes !== undefined) return bytes;
    }
  }

  return {
    cidOf: async (bytes) => memoryCid(bytes),
    async put(bytes) {
      const cid = memoryCid(bytes);
      files.set(cid, bytes.slice());
      hub.changed();
      return cid;
    },
    async get(cid, { maxBytes, from, signal }) {
      assertCid(cid);
      const stop = AbortSignal.any([signal, closing.signal]);
      let bytes = own(cid);
      try {
        stop.throwIfAborted();
        bytes ??= await fetch(cid, from, stop);
      } catch (error) {
        throw new SwarmError(
          "STORE_NOT_FOUND",
          `${cid} could not be had in time (${String(stop.reason)})`,
          { cid, from },
          error,
        );
      }
      if (bytes.length > maxBytes) {
        throw new SwarmError("STORE_TOO_LARGE", `${cid} is larger than the ${maxBytes} bytes allowed`, {
          cid,
          maxBytes,
        });
      }
      files.set(cid, bytes);
      hub.changed();
      return bytes.slice();
    },
    async has(cid) {
      assertCid(cid);
      return files.has(cid);
    },
    async drop(cid) {
      assertCid(cid);
      files.delete(cid);
    },
    async *list() {
      yield* files.keys();
    },
    damage(cid) {
      if (!files.has(cid)) throw new RangeError(`there is no ${cid} to damage`);
      damaged.add(cid);
    },
    async close() {
      closing.abort(new Error("the store is closing"));
      stores.delete(self);
    },
  };
}

function nextChange(hub: MemoryHub, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      stopListening();
      signal.removeEventListener("abort", end);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const stopListening = hub.onChange(end);
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
  });
}

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** The CIDv1 of the bytes as one raw block: equal to IPFS's for files of one chunk, and only a name for longer ones. */
function memoryCid(bytes: Uint8Array): Cid {
  const binary = Buffer.concat([Buffer.from([0x01, 0x55, 0x12, 0x20]), createHash("sha256").update(bytes).digest()]);
  let bits = 0;
  let buffer = 0;
  let text = "b";
  for (const byte of binary) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32[(buffer >> (bits - 5)) & 31];
  }
  return bits === 0 ? text : text + BASE32[(buffer << (5 - bits)) & 31];
}

function assertCid(cid: Cid): void {
  if (/^b[a-z2-7]{58}$/.test(cid)) return;
  throw new SwarmError("STORE_CID", `"${cid}" is no CIDv1 of a file with sha2-256`, { cid });
}
