import assert from "node:assert/strict";
import { test } from "node:test";
import type { Stream } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import { defaultFileLimits } from "../../node/adapters/libp2p/fileLimits.ts";
import { encodeAnswer, encodeRequest, FILE_PROTOCOL } from "../../node/adapters/libp2p/fileWire.ts";
import { connectAll, startPeers } from "./libp2pPeers.ts";
import { accountOf, bytes32Of, hasCode, hashOf, patternBytes, until } from "./support.ts";

const quick = { redial: { firstDelayMs: 20, maxDelayMs: 100 } };
const bytes = patternBytes(5000);
const request = { kind: "update", taskId: bytes32Of(7), sha256: hashOf(bytes) } as const;
const identity = { protocolVersion: 1, genesisHash: bytes32Of(1), ledgerAddress: accountOf(1) };
const options = () => ({ maxBytes: 5000, signal: AbortSignal.timeout(10_000) });

test("hostile requests: garbage, huge lengths, cut-off and slow ones end themselves, and the daemon goes on", async (t) => {
  const limits = { ...defaultFileLimits, answerMs: 300, idleMs: 150 };
  const [a, b] = await startPeers(t, 2, { ...quick, limits });
  assert.ok(a && b);
  await connectAll([a.network, b.network]);
  a.network.serveFiles(async () => bytes);
  const open = () =>
    b.network.libp2p.dialProtocol(peerIdFromString(a.network.peerId), FILE_PROTOCOL, { negotiateFully: true });
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
