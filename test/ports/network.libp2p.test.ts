import assert from "node:assert/strict";
import { test } from "node:test";
import type { Stream } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import { multiaddr } from "@multiformats/multiaddr";
import fc from "fast-check";
import { defaultFileLimits } from "../../node/adapters/libp2p/file-limits.ts";
import { createFrameReader, encodeAnswer, encodeRequest, FILE_PROTOCOL, parseAnswer, parseRequest, WireError } from "../../node/adapters/libp2p/file-wire.ts";
import { decodeHint, encodeHint } from "../../node/adapters/libp2p/hints.ts";
import { generatePeerKey, peerIdOf, rawPeerKey } from "../../node/adapters/libp2p/peer-key.ts";
import { allConnected, connectAll, registryOf, startPeers } from "./libp2p-peers.ts";
import { testNetwork } from "./network.suite.ts";
import { accountOf, bytes32Of, hashOf, hasCode, patternBytes, until } from "./support.ts";

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
const identity = { protocolVersion: 1, genesisHash: bytes32Of(1), ledgerAddress: accountOf(1) };
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
    await outsider.network.libp2p.dial(inside.network.addresses().map((text) => multiaddr(text))).catch(() => undefined);
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
  const bad = ["nonsense", "/ip4/127.0.0.1/udp/1", `/ip4/127.0.0.1/tcp/1/p2p/${other}`, "/dnsaddr/example.org", "/ip4/1.2.3.4/tcp/5/ws"];
  const [peer] = registryOf([b.network]);
  assert.ok(peer);
  await a.network.admit([{ ...peer, addresses: [...bad, ...peer.addresses] }, { ...peer, peerId: "garbage" }]);
  await b.network.admit(registryOf([a.network]));
  await until(() => allConnected([a.network, b.network]));
  assert.deepEqual(
    a.lines.filter(({ level }) => level === "warn").flatMap(({ context }) => (context.address === undefined ? [] : [context.address])),
    bad,
  );
  await a.network.libp2p.peerStore.merge(peerIdFromString(b.network.peerId), { multiaddrs: [multiaddr("/ip4/10.0.0.1/tcp/80")] });
  const known = await a.network.libp2p.peerStore.get(peerIdFromString(b.network.peerId));
  assert.equal(known.addresses.some(({ multiaddr }) => multiaddr.toString().includes("10.0.0.1")), false);
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
  const outcome = assert.rejects(b.network.requestFile(a.network.peerId, request, options()), hasCode("PEER_UNREACHABLE"));
  await until(() => asked);
  await a.network.admit([]);
  await outcome;
});

test("hostile requests: garbage, huge lengths, cut-off and slow ones end themselves, and the daemon goes on", async (t) => {
  const limits = { ...defaultFileLimits, answerMs: 300, idleMs: 150 };
  const [a, b] = await startPeers(t, 2, { ...quick, limits });
  assert.ok(a && b);
  await connectAll([a.network, b.network]);
  a.network.serveFiles(async () => bytes);
  const open = () => b.network.libp2p.dialProtocol(peerIdFromString(a.network.peerId), FILE_PROTOCOL, { negotiateFully: true });
  const ended = (stream: Stream) => until(() => stream.status !== "open" && stream.status !== "closing");
  const whole = encodeRequest(identity, request);
  const messages = [
    patternBytes(2000, 3),
    Uint8Array.of(0xff, 0xff, 0xff, 0xff),
    Uint8Array.of(0, 0, 0, 2, 0x5b, 0x5d),
    Uint8Array.of(0, 0, 0, 0),
    Buffer.concat([whole, patternBytes(10)]),
    encodeRequest(identity, { ...request, sha256: "0xabc" }),
    whole.subarray(0, 20),
    new Uint8Array(0),
  ];
  for (const message of messages) {
    const stream = await open();
    if (message.length > 0) stream.send(message);
    await ended(stream);
    assert.notEqual(stream.status, "closed", "must have been reset");
  }
  // One byte at a time keeps the line busy, but not for longer than a request may take.
  const drip = await open();
  const timer = setInterval(() => {
    try {
      drip.send(whole.subarray(0, 1));
    } catch {
      clearInterval(timer);
    }
  }, 50);
  await ended(drip);
  clearInterval(timer);

  assert.equal((await b.network.requestFile(a.network.peerId, request, options())).length, 5000);
  assert.ok(a.lines.some(({ level, context }) => level === "warn" && context.peerId === b.network.peerId));
});

test("hostile answers end in an error that names the peer", async (t) => {
  const limits = { ...defaultFileLimits, answerMs: 300, idleMs: 150 };
  const [a, b] = await startPeers(t, 2, { ...quick, limits });
  assert.ok(a && b);
  await connectAll([a.network, b.network]);
  const answers: Array<[string, Uint8Array[], "close" | "hang"]> = [
    ["PEER_WRONG_BYTES", [patternBytes(500, 4)], "close"],
    ["PEER_WRONG_BYTES", [Uint8Array.of(0x7f, 0xff, 0xff, 0xff)], "hang"],
    ["PEER_WRONG_BYTES", [encodeAnswer({ status: "ok", size: 10 }), patternBytes(11)], "close"],
    ["PEER_WRONG_BYTES", [encodeAnswer({ status: "ok", size: 5000 }), patternBytes(5000, 9)], "close"],
    ["PEER_TOO_LARGE", [encodeAnswer({ status: "ok", size: 2 ** 40 })], "hang"],
    ["PEER_UNREACHABLE", [encodeAnswer({ status: "ok", size: 5000 }), bytes.subarray(0, 100)], "close"],
    ["PEER_TIMEOUT", [encodeAnswer({ status: "ok", size: 5000 }), bytes.subarray(0, 100)], "hang"],
    ["PEER_TIMEOUT", [], "hang"],
  ];
  for (const [code, parts, then] of answers) {
    await a.network.libp2p.unhandle(FILE_PROTOCOL);
    await a.network.libp2p.handle(FILE_PROTOCOL, (stream) => {
      for (const part of parts) stream.send(part);
      if (then === "close") void stream.close();
    });
    await assert.rejects(b.network.requestFile(a.network.peerId, request, options()), (error: unknown) => {
      hasCode(code)(error);
      assert.equal((error as { data: { peer: string } }).data.peer, a.network.peerId);
      return true;
    });
  }
  await a.network.libp2p.unhandle(FILE_PROTOCOL);
  await assert.rejects(b.network.requestFile(a.network.peerId, request, options()), hasCode("PEER_VERSION"));
});

test("a peer that takes nothing does not hold its slot for ever", async (t) => {
  const limits = { ...defaultFileLimits, idleMs: 200, maxServed: 1, maxServedPerPeer: 1 };
  const [a, b] = await startPeers(t, 2, { ...quick, limits });
  assert.ok(a && b);
  await connectAll([a.network, b.network]);
  const large = patternBytes(8 * 1024 * 1024);
  a.network.serveFiles(async (_from, { kind }) => (kind === "model" ? large : bytes));
  const stream = await b.network.libp2p.dialProtocol(peerIdFromString(a.network.peerId), FILE_PROTOCOL);
  stream.pause();
  stream.send(encodeRequest(identity, { ...request, kind: "model" }));
  await until(() => a.lines.some(({ message }) => message === "A file was not served to its end"));
  assert.equal((await b.network.requestFile(a.network.peerId, request, options())).length, 5000);
});

test("frames: any cut gives the same request; any bytes give a request, a wait or a WireError (property)", () => {
  const frame = encodeRequest(identity, request);
  fc.assert(
    fc.property(fc.array(fc.nat(frame.length), { maxLength: 5 }), (cuts) => {
      const read = createFrameReader();
      const edges = [0, ...cuts.sort((x, y) => x - y), frame.length];
      let found: ReturnType<typeof read>;
      for (let i = 1; i < edges.length; i += 1) found = read(frame.subarray(edges[i - 1], edges[i])) ?? found;
      assert.ok(found);
      assert.deepEqual(parseRequest(found.value), { identity, request });
    }),
    { numRuns: 100 },
  );
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.json().map((json) => Buffer.from(`\0\0\0${String.fromCharCode(json.length % 128)}${json}`))), (garbage) => {
      try {
        const found = createFrameReader()(garbage);
        if (found !== undefined) parseRequest(found.value);
      } catch (error) {
        assert.ok(error instanceof WireError, String(error));
      }
      try {
        const found = createFrameReader()(garbage);
        if (found !== undefined) parseAnswer(found.value);
      } catch (error) {
        assert.ok(error instanceof WireError, String(error));
      }
    }),
    { numRuns: 300 },
  );
});

test("reasons of peers are short and printable", () => {
  const frame = encodeAnswer({ status: "refused", reason: `\u001b[31m${"x".repeat(5000)}` });
  const answer = parseAnswer(createFrameReader()(frame)?.value ?? {});
  assert.ok(answer.status === "refused" && answer.reason.length === 200 && !answer.reason.includes("\u001b"));
});

test("hints: what is encoded is decoded, and nothing else is (property)", () => {
  const hint = { taskId: bytes32Of(3), round: 4, attempt: 1, what: "voted" } as const;
  assert.deepEqual(decodeHint(encodeHint(hint)), hint);
  const notHints = [{ ...hint, what: "run" }, { ...hint, round: -1 }, { ...hint, attempt: 1.5 }, { ...hint, taskId: "0x" }, [hint], null];
  for (const value of notHints) assert.equal(decodeHint(Buffer.from(JSON.stringify(value))), undefined);
  assert.equal(decodeHint(Buffer.from(JSON.stringify({ ...hint, extra: "x".repeat(600) }))), undefined);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => decodeHint(garbage) === undefined));
});

test("peer keys are secp256k1 only", async () => {
  const key = await generatePeerKey();
  assert.equal(rawPeerKey(key).length, 32);
  assert.match(peerIdOf(key), /^16Uiu2/);
  assert.throws(() => peerIdOf(patternBytes(40)), hasCode("KEY_FORMAT"));
});
