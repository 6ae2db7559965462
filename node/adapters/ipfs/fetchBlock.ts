import type { Libp2p } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import type { Helia, SessionBlockstore } from "helia";
import type { CID } from "multiformats/cid";
import type { PeerId } from "../../core/primitives.ts";

export interface FetchOptions {
  /** Pause without any block after which another holder is asked, milliseconds. */
  stallMs: number;
  /** Pause before all holders are asked again, doubled each time, milliseconds. */
  firstRetryMs: number;
  /** Longest such pause; must not be below `firstRetryMs`. */
  maxRetryMs: number;
}

export const defaultFetchOptions: FetchOptions = { stallMs: 5_000, firstRetryMs: 500, maxRetryMs: 8_000 };

/** Bytes a millisecond over all connections at which this node's line counts as in use: a holder is slow then, and not gone. */
const BUSY_BYTES_PER_MS = 16;
/** Longest time for one block all the same, milliseconds: 1 MiB over 32 kB a second. */
const BLOCK_MS = 40_000;

/** When a block that has not come is asked for once more, milliseconds; well above a round trip also between busy machines, since whoever is asked twice sends twice. */
const AGAIN_MS = 1500;

/**
 * Fetches the blocks of one file. Each block is asked of one holder at a time, so that it is sent once; if none of those named has
 * it, all connected peers are told that it is wanted, also those that connect or get it later. Fetched blocks are stored.
 * @param components.received bytes that came over all connections so far
 * @param holders asked first, in this order
 * @returns a function that rejects only when the signal aborts
 */
export function createBlockFetcher(
  { helia, libp2p, received }: { helia: Helia; libp2p: Libp2p; received: () => number },
  holders: PeerId[],
  signal: AbortSignal,
  options: FetchOptions,
): (cid: CID) => Promise<Uint8Array> {
  let preferred = holders;
  let lastBlock = 0;

  async function askOne(cid: CID, peer: PeerId, stop: AbortSignal): Promise<Uint8Array> {
    const stalled = new AbortController();
    const started = performance.now();
    let progress = { at: started, received: received() };
    const check = (): void => {
      const at = performance.now();
      const busy = received() - progress.received >= options.stallMs * BUSY_BYTES_PER_MS;
      // Asked again, a peer begins anew: over a slow line the block would never come.
      if (busy && at < started + BLOCK_MS) progress = { at, received: received() };
      const left = Math.max(lastBlock, progress.at) + options.stallMs - at;
      if (left <= 0) stalled.abort(new Error(`${peer} sent nothing for ${options.stallMs} ms`));
      else timer = setTimeout(check, left);
    };
    let timer = setTimeout(check, options.stallMs);
    const over = AbortSignal.any([stop, stalled.signal]);
    const sessions: SessionBlockstore[] = [];
    const ask = (): Promise<Uint8Array> => {
      const session = helia.blockstore.createSession(cid, {
        providers: [peerIdFromString(peer).toCID()],
        minProviders: 1,
        maxProviders: 1,
      });
      sessions.push(session);
      return collect(session.get(cid, { signal: over }));
    };
    try {
      const first = ask();
      first.catch((error: unknown) => stalled.abort(error));
      // A peer that has sent this block once before takes the first request for a repetition and drops it; the next one counts.
      const second = pause(AGAIN_MS, over).then(ask);
      return await Promise.any([first, second]);
    } finally {
      clearTimeout(timer);
      stalled.abort(new Error("the request is over"));
      for (const session of sessions) session.close();
    }
  }

  async function askEach(cid: CID, stop: AbortSignal, allAsked: () => void): Promise<Uint8Array> {
    for (let wait = options.firstRetryMs; ; wait = Math.min(2 * wait, options.maxRetryMs)) {
      for (const peer of preferred) {
        try {
          const block = await askOne(cid, peer, stop);
          preferred = [peer, ...holders.filter((other) => other !== peer)];
          return block;
        } catch {
          // It does not have the block, cannot be reached or is too slow: the next one may do better.
          stop.throwIfAborted();
        }
      }
      allAsked();
      await untilConnection(libp2p, wait, stop);
    }
  }

  return async (cid) => {
    const done = new AbortController();
    const stop = AbortSignal.any([signal, done.signal]);
    let openToAll: () => void = () => undefined;
    const allAsked = new Promise<void>((resolve) => {
      openToAll = resolve;
    });
    const aborted = new Promise<never>((_resolve, reject) => {
      stop.addEventListener("abort", () => reject(stop.reason), { once: true });
    });
    aborted.catch(() => undefined);
    const askAll = async (): Promise<Uint8Array> => {
      await Promise.race([allAsked, aborted]);
      return collect(helia.blockstore.get(cid, { signal: stop }));
    };
    try {
      signal.throwIfAborted();
      const block = await Promise.race([Promise.any([askEach(cid, stop, openToAll), askAll()]), aborted]);
      lastBlock = performance.now();
      return block;
    } finally {
      done.abort(new Error("the block was found"));
    }
  };
}

async function collect(parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return all.length === 1 && all[0] !== undefined ? all[0] : Buffer.concat(all);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}

/** Waits until another peer can be talked to, or for `ms`. */
function untilConnection(libp2p: Libp2p, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      libp2p.removeEventListener("peer:identify", end);
      signal.removeEventListener("abort", end);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(end, ms);
    libp2p.addEventListener("peer:identify", end);
    signal.addEventListener("abort", end, { once: true });
  });
}
