import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { CID } from "multiformats/cid";
import * as Digest from "multiformats/hashes/digest";
import { createStore } from "../../node/adapters/ipfs/createStore.ts";
import { startHelia } from "../../node/adapters/ipfs/startHelia.ts";
import { connectAll, registryOf, startPeers } from "./libp2pPeers.ts";
import { testStore } from "./store.suite.ts";
import { createLogCollector, firstLines, hasCode, makeTempFolder, patternBytes, until } from "./support.ts";

const within = (ms: number) => AbortSignal.timeout(ms);

async function startStores(t: TestContext, count: number) {
  const peers = await startPeers(t, count);
  return Promise.all(
    peers.map(async ({ network, lines }) => {
      const { logger, lines: said } = createLogCollector();
      const dir = await makeTempFolder(t);
      const store = await createStore({ libp2p: network.libp2p, dir, logger });
      t.after(() => store.close());
      return { peerId: network.peerId, network, store, dir, lines, said };
    }),
  );
}

testStore("Helia on libp2p", async (t, count, options) => {
  const stores = await startStores(t, count);
  const connect = async (): Promise<void> => {
    await connectAll(stores.map(({ network }) => network));
  };
  if (options?.apart !== true) await connect();
  return { stores, connect };
});

const CHUNK = 1024 * 1024;

function cidOf(code: number, bytes: Uint8Array): CID {
  return CID.createV1(code, Digest.create(0x12, createHash("sha256").update(bytes).digest()));
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

function field(number: number, bytes: Uint8Array | number[]): number[] {
  return [(number << 3) | 2, ...varint(bytes.length), ...bytes];
}

/** The root of a file of several chunks, written out by hand from the dag-pb and UnixFS specifications. */
function rootByHand(chunks: Uint8Array[]): { cid: CID; bytes: Uint8Array } {
  const links = chunks.flatMap((chunk) => {
    const link = [...field(1, cidOf(0x55, chunk).bytes), ...field(2, []), (3 << 3) | 0, ...varint(chunk.length)];
    return field(2, link);
  });
  const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const sizes = chunks.flatMap((chunk) => [(4 << 3) | 0, ...varint(chunk.length)]);
  const data = [(1 << 3) | 0, 2, (3 << 3) | 0, ...varint(size), ...sizes];
  const bytes = Uint8Array.from([...links, ...field(1, data)]);
  return { cid: cidOf(0x70, bytes), bytes };
}

test("a file of several chunks has the CID that the specifications give it", async (t) => {
  const [only] = await startStores(t, 1);
  assert.ok(only);
  const bytes = patternBytes(2 * CHUNK + 5);
  const chunks = [bytes.subarray(0, CHUNK), bytes.subarray(CHUNK, 2 * CHUNK), bytes.subarray(2 * CHUNK)];
  assert.equal(await only.store.cidOf(bytes), rootByHand(chunks).cid.toString());
});

test("files laid out otherwise are refused and not kept: other chunks, and few blocks that unfold to many", async (t) => {
  const [a, b] = await startPeers(t, 2);
  assert.ok(a && b);
  await connectAll([a.network, b.network]);
  const { logger } = createLogCollector();
  const hostile = await startHelia(a.network.libp2p, await makeTempFolder(t), logger);
  t.after(() => hostile.stop());
  const dir = await makeTempFolder(t);
  const reader = await createStore({ libp2p: b.network.libp2p, dir, logger });
  t.after(() => reader.close());
  const offer = async (cid: CID, bytes: Uint8Array): Promise<void> => {
    await hostile.helia.blockstore.put(cid, bytes);
  };
  const get = (cid: CID, maxBytes: number) =>
    reader.get(cid.toString(), { maxBytes, from: [a.network.peerId], signal: within(10_000) });

  const half = patternBytes(CHUNK / 2);
  await offer(cidOf(0x55, half), half);
  const small = rootByHand([half, half]);
  await offer(small.cid, small.bytes);
  await assert.rejects(get(small.cid, CHUNK * 2), hasCode("STORE_CORRUPT"));

  const bomb = rootByHand(Array.from({ length: 1000 }, () => half));
  await offer(bomb.cid, bomb.bytes);
  await assert.rejects(get(bomb.cid, 10 * CHUNK), hasCode("STORE_TOO_LARGE"));

  // A chain of nodes, each with one child: no bytes, but no end either.
  let inner = rootByHand([half]);
  for (let depth = 0; depth < 20; depth += 1) {
    await offer(inner.cid, inner.bytes);
    const link = [...field(1, inner.cid.bytes), ...field(2, []), (3 << 3) | 0, 1];
    const bytes = Uint8Array.from([...field(2, link), ...field(1, [(1 << 3) | 0, 2])]);
    inner = { cid: cidOf(0x70, bytes), bytes };
  }
  await offer(inner.cid, inner.bytes);
  await assert.rejects(get(inner.cid, 10 * CHUNK), hasCode("STORE_CORRUPT"));

  const garbage = patternBytes(100, 7);
  await offer(cidOf(0x70, garbage), garbage);
  await assert.rejects(get(cidOf(0x70, garbage), CHUNK), hasCode("STORE_CORRUPT"));

  const left = (await readdir(join(dir, "blocks"), { recursive: true })).filter((name) => name.endsWith(".data"));
  assert.deepEqual(left, []);
});

async function damage(dir: string): Promise<void> {
  const blocks = join(dir, "blocks");
  const name = (await readdir(blocks, { recursive: true })).find((entry) => entry.endsWith(".data"));
  assert.ok(name);
  await writeFile(join(blocks, name), (await readFile(join(blocks, name))).fill(0, 0, 9));
}

test("a block that was damaged on disk is fetched again, and put repairs it", async (t) => {
  const [a, b] = await startStores(t, 2);
  assert.ok(a && b);
  await connectAll([a.network, b.network]);
  const bytes = patternBytes(5000);
  const cid = await a.store.put(bytes);
  const get = () => b.store.get(cid, { maxBytes: 5000, from: [a.peerId], signal: within(10_000) });
  await get();
  await damage(b.dir);
  assert.deepEqual(Buffer.from(await get()), Buffer.from(bytes));
  await damage(a.dir);
  await a.store.put(bytes);
  await b.store.drop(cid);
  assert.deepEqual(Buffer.from(await get()), Buffer.from(bytes));
});

test("a damaged block that a peer asks for is found out here, too: logged, deleted, and the peer has it from another holder", async (t) => {
  const [a, b, c] = await startStores(t, 3);
  assert.ok(a && b && c);
  await connectAll([a.network, b.network, c.network]);
  const bytes = patternBytes(5000);
  const cid = await a.store.put(bytes);
  const getFrom = (store: typeof b.store, ...from: (typeof a.peerId)[]) =>
    store.get(cid, { maxBytes: 5000, from, signal: within(20_000) });
  await getFrom(b.store, a.peerId);
  await damage(a.dir);
  const fetched = await getFrom(c.store, a.peerId, b.peerId);
  assert.deepEqual(Buffer.from(fetched), Buffer.from(bytes));
  await until(() => a.said.some(({ level, context }) => level === "error" && context.cid === cid));
  assert.equal(await a.store.has(cid), false);
});

test("two holders, the first gone: the other serves; a file of 25 MB passes whole", async (t) => {
  const [a, b, c] = await startStores(t, 3);
  assert.ok(a && b && c);
  const registry = await connectAll([a.network, b.network, c.network]);
  const bytes = patternBytes(25 * 1000 * 1000);
  const cid = await a.store.put(bytes);
  const from = [a.peerId, b.peerId];
  await b.store.get(cid, { maxBytes: bytes.length, from: [a.peerId], signal: within(60_000) });
  await a.store.close();
  await a.network.close();
  await c.network.admit(registry);
  const fetched = await c.store.get(cid, { maxBytes: bytes.length, from, signal: within(60_000) });
  assert.equal(Buffer.compare(fetched, bytes), 0);
});

test("who is not admitted gets no block", async (t) => {
  const [a, outsider] = await startStores(t, 2);
  assert.ok(a && outsider);
  await outsider.network.admit(registryOf([a.network]));
  const cid = await a.store.put(patternBytes(100));
  const asked = outsider.store.get(cid, { maxBytes: 100, from: [a.peerId], signal: within(600) });
  await assert.rejects(asked, hasCode("STORE_NOT_FOUND"));
  await until(() => a.network.libp2p.getConnections().length === 0);
});

test("R7: what put promised survives kill -9", async (t) => {
  const dir = await makeTempFolder(t);
  const modules = ["adapters/libp2p/createNetwork.ts", "adapters/libp2p/peerKey.ts", "adapters/ipfs/createStore.ts"];
  const [network, key, store] = modules.map((path) =>
    JSON.stringify(new URL(`../../node/${path}`, import.meta.url).href),
  );
  const child = spawn(process.execPath, [
    "--input-type=module",
    "-e",
    `const { createNetwork } = await import(${network});
     const { generatePeerKey } = await import(${key});
     const { createStore } = await import(${store});
     const logger = { debug() {}, info() {}, warn() {}, error() {}, child() { return this; } };
     const { libp2p } = await createNetwork({ privateKey: await generatePeerKey(), protocolVersion: 1,
       genesisHash: "0x${"1".repeat(64)}", ledgerAddress: "0x${"1".repeat(40)}", logger });
     const store = await createStore({ libp2p, dir: ${JSON.stringify(dir)}, logger });
     for (let i = 0; ; i += 1) process.stdout.write(await store.put(new Uint8Array(3000 + i).fill(i)) + "\\n");`,
  ]);
  t.after(() => child.kill("SIGKILL"));
  const exited = once(child, "exit");
  const promised = await firstLines(child.stdout, 10);
  child.kill("SIGKILL");
  await exited;

  const [peer] = await startPeers(t, 1);
  assert.ok(peer);
  const after = await createStore({ libp2p: peer.network.libp2p, dir, logger: createLogCollector().logger });
  t.after(() => after.close());
  for (const [i, cid] of promised.entries()) {
    assert.equal(await after.has(cid), true);
    const bytes = await after.get(cid, { maxBytes: 10_000, from: [], signal: within(5000) });
    assert.equal(bytes.length, 3000 + i);
  }
});
