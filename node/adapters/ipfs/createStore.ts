import type { Libp2p } from "@libp2p/interface";
import type { CID } from "multiformats/cid";
import { SwarmError } from "../../core/errors.ts";
import type { Cid, PeerId } from "../../core/primitives.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Store } from "../../ports/store.ts";
import { corrupt, leavesOf, linksOf, readLeaves } from "./assemble.ts";
import { createBlockFetcher, defaultFetchOptions, type FetchOptions } from "./fetchBlock.ts";
import { createKeyedLock } from "./keyedLock.ts";
import { DAG_PB, layOut, parseCid } from "./layout.ts";
import { createLocalBlocks } from "./localBlocks.ts";
import { createPins } from "./pins.ts";
import { startHelia } from "./startHelia.ts";

export interface StoreOptions {
  /** The daemon's own node; stays the caller's, and must be running until the store is closed. */
  libp2p: Libp2p;
  /** Folder of the blocks and pins; no other process may use it. */
  dir: string;
  logger: Logger;
  /** Bytes that came over all of libp2p's connections so far, where somebody counts them. */
  received?: () => number;
  fetch?: Partial<FetchOptions>;
}

/**
 * Opens the sealed files of this node and offers them to connected peers by bitswap.
 * @throws SwarmError STORE_FAILED
 */
export async function createStore(options: StoreOptions): Promise<Store & { close(): Promise<void> }> {
  const { libp2p, logger, received = () => 0 } = options;
  const running = await startHelia(libp2p, options.dir, logger);
  const { helia } = running;
  const local = createLocalBlocks(running.blocks);
  const pins = createPins(helia);
  const links = linksOf(await helia.getCodec(DAG_PB));
  const fetchOptions: FetchOptions = { ...defaultFetchOptions, ...options.fetch };
  // One operation per file at a time: a fetch that fails deletes what it fetched, and must not meet a put of the same file.
  const inTurn = createKeyedLock();
  const closing = new AbortController();
  let closed: Promise<void> | undefined;

  /** The blocks of a file on this disk; those below a missing one are unknown. */
  async function localBlocks(root: CID): Promise<{ blocks: CID[]; complete: boolean }> {
    const blocks: CID[] = [];
    let complete = true;
    async function descend(cid: CID): Promise<void> {
      blocks.push(cid);
      if (cid.code !== DAG_PB) {
        complete &&= await local.has(cid);
        return;
      }
      const block = await local.read(cid);
      complete &&= block !== undefined;
      for (const child of block === undefined ? [] : links(block)) await descend(child);
    }
    await descend(root);
    return { blocks: unique(blocks), complete };
  }

  async function keep(root: CID, blocks: CID[]): Promise<void> {
    await pins.add(root, blocks);
    await running.sync(blocks);
    await running.announce(blocks);
  }

  async function put(bytes: Uint8Array): Promise<Cid> {
    const root = await layOut(bytes, async (cid) => cid);
    return inTurn(root.toString(), async () => {
      const blocks: CID[] = [];
      try {
        await layOut(bytes, async (cid, block) => {
          blocks.push(cid);
          // Reading drops a damaged copy, which would otherwise count as there.
          if ((await local.read(cid)) === undefined) await helia.blockstore.put(cid, block);
          return cid;
        });
        await keep(root, unique(blocks));
      } catch (error) {
        throw failed(root, options.dir, error);
      }
      return root.toString();
    });
  }

  async function fetch(root: CID, get: Parameters<Store["get"]>[1], signal: AbortSignal): Promise<Uint8Array> {
    const fromPeers = createBlockFetcher({ helia, libp2p, received }, [...new Set(get.from)], signal, fetchOptions);
    const all: CID[] = [];
    const fetched: CID[] = [];
    const load = async (cid: CID): Promise<Uint8Array> => {
      const here = await local.read(cid);
      if (here !== undefined) return here;
      fetched.push(cid);
      return fromPeers(cid);
    };
    try {
      const leaves = await leavesOf(root, load, links, get.maxBytes, (cid) => all.push(cid));
      all.push(...leaves);
      const bytes = await readLeaves(root, leaves, load, get.maxBytes);
      // Anything laid out otherwise would read differently elsewhere, or be stored twice.
      const canonical = await layOut(bytes, async (cid) => cid);
      if (!canonical.equals(root)) throw corrupt(root, `the same bytes have the CID ${canonical}`);
      if (fetched.length > 0 || !(await pins.has(root))) await keep(root, unique(all));
      return bytes;
    } catch (error) {
      for (const cid of fetched) {
        if (!(await helia.pins.isPinned(cid))) await local.remove(cid);
      }
      if (error instanceof SwarmError) throw error;
      throw signal.aborted ? notFound(root, get.from, signal) : failed(root, options.dir, error);
    }
  }

  return {
    cidOf: async (bytes) => (await layOut(bytes, async (cid) => cid)).toString(),
    put,
    async get(cid, getOptions) {
      const root = parseCid(cid);
      const signal = AbortSignal.any([getOptions.signal, closing.signal]);
      return orAbort(
        inTurn(root.toString(), () => fetch(root, getOptions, signal)),
        () => notFound(root, getOptions.from, signal),
        signal,
      );
    },
    async has(cid) {
      const root = parseCid(cid);
      return (await pins.has(root)) && (await localBlocks(root)).complete;
    },
    async drop(cid) {
      const root = parseCid(cid);
      return inTurn(root.toString(), async () => {
        if (!(await pins.has(root))) return;
        const { blocks } = await localBlocks(root);
        for (const unused of await pins.remove(root, blocks)) await local.remove(unused);
      });
    },
    async *list() {
      for await (const cid of pins.list()) yield cid.toString();
    },
    close() {
      // Fetches end first, then bitswap stops answering, then the files close.
      closed ??= (async () => {
        closing.abort(new Error("the store is closing"));
        await inTurn.idle();
        await running.stop();
      })();
      return closed;
    },
  };
}

function failed(root: CID, dir: string, cause: unknown): SwarmError {
  const message = `Storing ${root} in ${dir} failed (${String(cause)}): check its free space and owner`;
  return new SwarmError("STORE_FAILED", message, { cid: root.toString(), path: dir }, cause);
}

function notFound(root: CID, from: PeerId[], { reason }: AbortSignal): SwarmError {
  const message = `${root} could not be had in time (${String(reason)}): is any of its holders running and connected?`;
  return new SwarmError("STORE_NOT_FOUND", message, { cid: root.toString(), from }, reason);
}

/** Gives up waiting for `work` when the signal aborts, also while it waits for its turn. */
function orAbort<T>(work: Promise<T>, error: () => Error, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(error());
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function unique(cids: CID[]): CID[] {
  return [...new Map(cids.map((cid) => [cid.toString(), cid])).values()];
}
