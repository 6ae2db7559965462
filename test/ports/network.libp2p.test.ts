import assert from "node:assert/strict";
import { test } from "node:test";
import { peerIdFromString } from "@libp2p/peer-id";
import { multiaddr } from "@multiformats/multiaddr";
import { generatePeerKey, peerIdOf } from "../../node/adapters/libp2p/peerKey.ts";
import { allConnected, connectAll, registryOf, startPeers } from "./libp2pPeers.ts";
import { testNetwork } from "./network.suite.ts";
import { bytes32Of, hasCode, hashOf, patternBytes, until } from "./support.ts";

const quick = { redial: { firstDelayMs: 20, maxDelayMs: 100 } };

testNetwork("libp2p", async (t, variants) => {
  const networks = [];
  for (const { protocolVersion = 1, genesis = 1, maxFileBytes } of variants) {
    const limit = maxFileBytes === undefined ? {} : { maxFileBytes };
    const [peer] = await startPeers(t, 1, { protocolVersion, genesisHash: bytes32Of(genesis), ...limit, ...quick });
    assert.ok(peer);
    networks.push(peer.network);
  }
  return networks;
});

const bytes = patternBytes(5000);
const request = { kind: "update", taskId: bytes32Of(7), sha256: hashOf(bytes) } as const;
const options = () => ({ maxBytes: 5000, signal: AbortSignal.timeout(10_000) });

test("an outsider that dials is cut, whatever its own dial says", async (t) => {
  const [inside, outsider] = await startPeers(t, 2, quick);
  assert.ok(inside && outsider);
  await outsider.network.admit(registryOf([inside.network]));
  let opened = 0;
  inside.network.libp2p.addEventListener("connection:open", () => {
    opened += 1;
  });
  for (let i = 0; i < 3; i += 1) {
    await outsider.network.libp2p
      .dial(inside.network.addresses().map((text) => multiaddr(text)))
      .catch(() => undefined);
    await until(() => outsider.network.libp2p.getConnections().length === 0);
  }
  assert.equal(opened, 0);
  assert.equal(inside.network.libp2p.getConnections().length, 0);
});

test("a connection that breaks comes back by itself", async (t) => {
  const networks = (await startPeers(t, 2, quick)).map(({ network }) => network);
  await connectAll(networks);
  const [a] = networks;
  for (const connection of a?.libp2p.getConnections() ?? []) connection.abort(new Error("the line broke"));
  await until(() => !allConnected(networks));
  await until(() => allConnected(networks));
});

test("a peer that starts later, or moves, is found once it is there", async (t) => {
  const [a] = await startPeers(t, 1, quick);
  assert.ok(a);
  const privateKey = await generatePeerKey();
  const [first] = await startPeers(t, 1, { ...quick, privateKey });
  assert.ok(first);
  const [nowhere] = registryOf([first.network]);
  assert.ok(nowhere);
  await first.network.close();
  await a.network.admit([nowhere]);
  const [second] = await startPeers(t, 1, { ...quick, privateKey });
  assert.ok(second);
  await second.network.admit(registryOf([a.network]).map((peer) => ({ ...peer, addresses: [] })));
  await a.network.admit(registryOf([second.network]));
  await until(() => allConnected([a.network, second.network]));
});

test("addresses that cannot be used are named and skipped; those a peer claims for itself are not believed", async (t) => {
  const [a, b] = await startPeers(t, 2, quick);
  assert.ok(a && b);
  const other = peerIdOf(await generatePeerKey());
  const bad = [
    "nonsense",
    "/ip4/127.0.0.1/udp/1",
    `/ip4/127.0.0.1/tcp/1/p2p/${other}`,
    "/dnsaddr/example.org",
    "/ip4/1.2.3.4/tcp/5/ws",
  ];
  const [peer] = registryOf([b.network]);
  assert.ok(peer);
  await a.network.admit([
    { ...peer, addresses: [...bad, ...peer.addresses] },
    { ...peer, peerId: "garbage" },
  ]);
  await b.network.admit(registryOf([a.network]));
  await until(() => allConnected([a.network, b.network]));
  assert.deepEqual(
    a.lines
      .filter(({ level }) => level === "warn")
      .flatMap(({ context }) => (context.address === undefined ? [] : [context.address])),
    bad,
  );
  await a.network.libp2p.peerStore.merge(peerIdFromString(b.network.peerId), {
    multiaddrs: [multiaddr("/ip4/10.0.0.1/tcp/80")],
  });
  const known = await a.network.libp2p.peerStore.get(peerIdFromString(b.network.peerId));
  assert.equal(
    known.addresses.some((address) => address.multiaddr.toString().includes("10.0.0.1")),
    false,
  );
});

test("25 MB pass, and a holder that fails is followed by another", async (t) => {
  const networks = (await startPeers(t, 3, quick)).map(({ network }) => network);
  const [a, b, c] = networks;
  assert.ok(a && b && c);
  await connectAll(networks);
  const large = patternBytes(25 * 1000 * 1000);
  const want = { ...request, sha256: hashOf(large) };
  a.serveFiles(async () => {
    setTimeout(() => void a.close(), 30);
    return large;
  });
  b.serveFiles(async () => large);
  const big = () => ({ maxBytes: large.length, signal: AbortSignal.timeout(60_000) });
  await assert.rejects(c.requestFile(a.peerId, want, big()), hasCode("PEER_UNREACHABLE"));
  assert.equal(Buffer.compare(await c.requestFile(b.peerId, want, big()), large), 0);
});

test("R10: a transfer ends when its peer's licence does", async (t) => {
  const [a, b] = await startPeers(t, 2, quick);
  assert.ok(a && b);
  await connectAll([a.network, b.network]);
  let asked = false;
  a.network.serveFiles(() => {
    asked = true;
    return new Promise(() => undefined);
  });
  const outcome = assert.rejects(
    b.network.requestFile(a.network.peerId, request, options()),
    hasCode("PEER_UNREACHABLE"),
  );
  await until(() => asked);
  await a.network.admit([]);
  await outcome;
});
