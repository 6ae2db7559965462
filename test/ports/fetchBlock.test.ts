import assert from "node:assert/strict";
import { test } from "node:test";
import type { Libp2p } from "@libp2p/interface";
import type { Helia } from "helia";
import { CID } from "multiformats/cid";
import { createBlockFetcher } from "../../node/adapters/ipfs/fetchBlock.ts";

/** When a holder counts as gone: after a pause without anything, but not while a slow line brings what was asked for. */

const CID_ASKED = CID.parse("bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy");
const HOLDER = "16Uiu2HAm9NSQ9CKDuM4KbSGNEp9nrFFuKrWjBuDTXNMTcLQRn7Mu";
const OPTIONS = { stallMs: 40, firstRetryMs: 20, maxRetryMs: 40 };
const BLOCK = Uint8Array.of(1, 2, 3);

/** A holder that sends the block when it is told to. */
function slowHolder(received: () => number) {
  const arrives = Promise.withResolvers<Uint8Array>();
  const toldAll = Promise.withResolvers<void>();
  let told = 0;
  async function* get(_: CID, { signal }: { signal: AbortSignal }): AsyncGenerator<Uint8Array> {
    const aborted = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => aborted.reject(signal.reason), { once: true });
    yield await Promise.race([arrives.promise, aborted.promise]);
  }
  const blockstore = {
    createSession: () => ({ get, close: () => undefined }),
    get(cid: CID, options: { signal: AbortSignal }) {
      told += 1;
      toldAll.resolve();
      return get(cid, options);
    },
  };
  const libp2p = { addEventListener: () => undefined, removeEventListener: () => undefined };
  const fetch = createBlockFetcher(
    { helia: { blockstore } as unknown as Helia, libp2p: libp2p as unknown as Libp2p, received },
    [HOLDER],
    AbortSignal.timeout(30_000),
    OPTIONS,
  );
  return { fetch, arrives, toldAll: toldAll.promise, told: () => told };
}

test("a holder that sends nothing is given up, and everybody is told that the block is wanted", async () => {
  const { fetch, arrives, toldAll } = slowHolder(() => 0);
  const block = fetch(CID_ASKED);
  await toldAll;
  arrives.resolve(BLOCK);
  assert.deepEqual(await block, BLOCK);
});

test("a holder is waited for while the line is in use: asked again, it would begin anew, and others would send the same", async () => {
  let bytes = 0;
  let looked = 0;
  const enough = Promise.withResolvers<void>();
  const { fetch, arrives, told } = slowHolder(() => {
    if (++looked === 20) enough.resolve();
    bytes += 100_000;
    return bytes;
  });
  const block = fetch(CID_ASKED);
  // Looked at that often, it would have been given up several times.
  await enough.promise;
  assert.equal(told(), 0);
  arrives.resolve(BLOCK);
  assert.deepEqual(await block, BLOCK);
});
