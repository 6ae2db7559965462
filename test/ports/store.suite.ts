import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { Cid, PeerId } from "../../node/core/primitives.ts";
import type { Store } from "../../node/ports/store.ts";
import { hasCode, patternBytes } from "./support.ts";

/** Stores of peers that can all reach each other unless said otherwise. */
export interface StoresUnderTest {
  stores: Array<{ peerId: PeerId; store: Store }>;
  /** Connects the stores of a group that was created apart. */
  connect(): Promise<void>;
}

const within = (ms: number) => AbortSignal.timeout(ms);

async function collect(list: AsyncIterable<Cid>): Promise<Cid[]> {
  const all: Cid[] = [];
  for await (const cid of list) all.push(cid);
  return all.sort();
}

/** What every store does. @param create that many stores, connected unless `apart` */
export function testStore(
  name: string,
  create: (t: TestContext, count: number, options?: { apart: boolean }) => Promise<StoresUnderTest>,
): void {
  async function two(t: TestContext, options?: { apart: boolean }) {
    const under = await create(t, 2, options);
    const [author, reader] = under.stores;
    assert.ok(author !== undefined && reader !== undefined);
    return { author, reader, connect: under.connect };
  }

  describe(`Store: ${name}`, () => {
    test("R2: the CID is known before anything is stored, and is that of IPFS", async (t) => {
      const { author } = await two(t);
      const bytes = new TextEncoder().encode("hello world");
      const cid = await author.store.cidOf(bytes);
      // python3: "b" + base64.b32encode(b"\x01\x55\x12\x20" + hashlib.sha256(b"hello world").digest()).decode().lower().rstrip("=")
      assert.equal(cid, "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");
      assert.equal(await author.store.has(cid), false);
      assert.deepEqual(await collect(author.store.list()), []);
      assert.equal(await author.store.put(bytes), cid);
      assert.equal(await author.store.has(cid), true);
    });

    test("a peer fetches a file and then offers it itself", async (t) => {
      const { stores } = await create(t, 3);
      const [a, b, c] = stores;
      assert.ok(a && b && c);
      const bytes = patternBytes(10_000);
      const cid = await a.store.put(bytes);
      const fetched = await b.store.get(cid, { maxBytes: 10_000, from: [a.peerId], signal: within(10_000) });
      assert.deepEqual(Buffer.from(fetched), Buffer.from(bytes));
      assert.equal(await b.store.has(cid), true);
      assert.deepEqual(await collect(b.store.list()), [cid]);
      await a.store.drop(cid);
      assert.equal(
        (await c.store.get(cid, { maxBytes: 10_000, from: [b.peerId], signal: within(10_000) })).length,
        10_000,
      );
    });

    test("who is named first need not be who has it", async (t) => {
      const { stores } = await create(t, 3);
      const [a, b, c] = stores;
      assert.ok(a && b && c);
      const cid = await a.store.put(patternBytes(500));
      assert.equal((await c.store.get(cid, { maxBytes: 500, from: [b.peerId], signal: within(10_000) })).length, 500);
      const other = await a.store.put(patternBytes(600));
      assert.equal((await c.store.get(other, { maxBytes: 600, from: [], signal: within(10_000) })).length, 600);
    });

    test("a file that is put after it was asked for arrives", async (t) => {
      const { author, reader } = await two(t);
      const bytes = patternBytes(2000);
      const cid = await author.store.cidOf(bytes);
      const asked = reader.store.get(cid, { maxBytes: 2000, from: [author.peerId], signal: within(10_000) });
      await new Promise((resolve) => setImmediate(resolve));
      await author.store.put(bytes);
      assert.equal((await asked).length, 2000);
    });

    test("a fetch begins also if its peer connects later", async (t) => {
      const { author, reader, connect } = await two(t, { apart: true });
      const cid = await author.store.put(patternBytes(2000));
      const asked = reader.store.get(cid, { maxBytes: 2000, from: [author.peerId], signal: within(10_000) });
      await connect();
      assert.equal((await asked).length, 2000);
    });

    test("over the limit nothing is kept; at the limit it is", async (t) => {
      const { author, reader } = await two(t);
      for (const length of [1000, 1024 * 1024 + 1]) {
        const cid = await author.store.put(patternBytes(length));
        const tooLarge = reader.store.get(cid, { maxBytes: length - 1, from: [author.peerId], signal: within(10_000) });
        await assert.rejects(tooLarge, hasCode("STORE_TOO_LARGE"));
        assert.equal(await reader.store.has(cid), false);
        assert.equal(
          (await reader.store.get(cid, { maxBytes: length, from: [author.peerId], signal: within(10_000) })).length,
          length,
        );
      }
    });

    test("nobody had it in time", async (t) => {
      const { author, reader } = await two(t);
      const cid = await author.store.cidOf(patternBytes(100));
      const asked = reader.store.get(cid, { maxBytes: 100, from: [author.peerId], signal: within(150) });
      await assert.rejects(asked, hasCode("STORE_NOT_FOUND"));
      const aborted = reader.store.get(cid, { maxBytes: 100, from: [], signal: AbortSignal.abort(new Error("stop")) });
      await assert.rejects(aborted, hasCode("STORE_NOT_FOUND"));
    });

    test("what was dropped is gone, and can be fetched or put again", async (t) => {
      const { author, reader } = await two(t);
      const bytes = patternBytes(3000);
      const cid = await author.store.put(bytes);
      const get = () => reader.store.get(cid, { maxBytes: 3000, from: [author.peerId], signal: within(10_000) });
      await get();
      await reader.store.drop(cid);
      await reader.store.drop(cid);
      assert.equal(await reader.store.has(cid), false);
      assert.deepEqual(await collect(reader.store.list()), []);
      assert.equal((await get()).length, 3000);
      await author.store.drop(cid);
      assert.equal(await author.store.put(bytes), cid);
      assert.equal(await author.store.has(cid), true);
    });

    test("the same file twice and at once, and an empty one", async (t) => {
      const { author, reader } = await two(t);
      const bytes = patternBytes(4000);
      const [cid, again] = await Promise.all([author.store.put(bytes), author.store.put(bytes)]);
      assert.equal(cid, again);
      const options = { maxBytes: 4000, from: [author.peerId], signal: within(10_000) };
      const both = await Promise.all([reader.store.get(cid, options), reader.store.get(cid, options)]);
      assert.deepEqual(
        both.map((file) => file.length),
        [4000, 4000],
      );
      const empty = await author.store.put(new Uint8Array(0));
      assert.equal((await reader.store.get(empty, { ...options, maxBytes: 0 })).length, 0);
    });

    test("text that is no CID of a file is refused", async (t) => {
      const { author } = await two(t);
      const options = { maxBytes: 10, from: [], signal: within(1000) };
      // No CID, a CIDv0, an identity hash that carries its own bytes.
      for (const cid of ["", "../x", "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn", "bafkqabtimvwgy3yk"]) {
        await assert.rejects(author.store.get(cid, options), hasCode("STORE_CID"));
        await assert.rejects(author.store.has(cid), hasCode("STORE_CID"));
        await assert.rejects(author.store.drop(cid), hasCode("STORE_CID"));
      }
    });
  });
}
