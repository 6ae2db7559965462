import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { peerIdFromString } from "@libp2p/peer-id";
import { CHANNEL_PROTOCOL } from "../../node/adapters/libp2p/channelWire.ts";
import type { NetworkOptions } from "../../node/adapters/libp2p/createNetwork.ts";
import type { Channel } from "../../node/ports/channels.ts";
import { testChannels } from "./channels.suite.ts";
import { connectAll, startPeers } from "./libp2pPeers.ts";
import { bytes32Of, hasCode, patternBytes } from "./support.ts";

const signal = (): AbortSignal => AbortSignal.timeout(20_000);
const none = new Uint8Array(0);

async function start(t: TestContext, options?: Partial<NetworkOptions>) {
  const networks = (await startPeers(t, 2, options)).map(({ network }) => network);
  await connectAll(networks);
  return {
    networks,
    channels: networks.map(({ channels }) => channels),
    peerIds: networks.map(({ peerId }) => peerId),
  };
}

testChannels("over libp2p", start);

async function pair(t: TestContext, options?: Partial<NetworkOptions>) {
  const { networks, channels, peerIds } = await start(t, options);
  const accepted = Promise.withResolvers<Channel>();
  channels[1]?.serve("talk", (channel) => {
    accepted.resolve(channel);
    return new Promise(() => undefined);
  });
  const asker = (await channels[0]?.open(peerIds[1] as string, "talk", { signal: signal() })) as Channel;
  return { networks, asker, server: await accepted.promise };
}

test("R10: a peer that is no longer admitted is cut off in the middle of a conversation", async (t) => {
  const { networks, asker, server } = await pair(t);
  const reading = asker.receive({ maxBodyBytes: 0, signal: signal() });
  const serving = server.receive({ maxBodyBytes: 0, signal: signal() });
  await Promise.all([
    networks[1]?.admit([]),
    assert.rejects(reading, hasCode("PEER_CLOSED")),
    assert.rejects(serving, hasCode("PEER_CLOSED")),
  ]);
  const again = networks[0]?.channels.open(networks[1]?.peerId as string, "talk", { signal: signal() });
  await assert.rejects(again as Promise<Channel>, hasCode("PEER_UNREACHABLE"));
});

test("a network that closes ends its channels", async (t) => {
  const { networks, asker, server } = await pair(t);
  const reading = asker.receive({ maxBodyBytes: 0, signal: signal() });
  const serving = server.receive({ maxBodyBytes: 0, signal: signal() });
  await Promise.all([
    networks[1]?.close(),
    assert.rejects(reading, hasCode("PEER_CLOSED")),
    assert.rejects(serving, hasCode("PEER_CLOSED")),
  ]);
});

test("peers of another chain say so", async (t) => {
  const [here] = await startPeers(t, 1);
  const [there] = await startPeers(t, 1, { genesisHash: bytes32Of(9) });
  assert.ok(here && there);
  await connectAll([here.network, there.network]);
  there.network.channels.serve("talk", async () => undefined);
  const opening = here.network.channels.open(there.network.peerId, "talk", { signal: signal() });
  await assert.rejects(opening, hasCode("PEER_VERSION"));
});

test("a peer holds eight channels at a time, and gets another when one has ended", async (t) => {
  const { channels, peerIds } = await start(t);
  const ends: (() => void)[] = [];
  channels[1]?.serve("talk", () => new Promise((resolve) => ends.push(resolve)));
  const open = () => (channels[0] as (typeof channels)[0]).open(peerIds[1] as string, "talk", { signal: signal() });
  const held = [];
  for (let i = 0; i < 8; i += 1) held.push(await open());
  await assert.rejects(open(), hasCode("PEER_REFUSED"));
  ends[0]?.();
  await assert.rejects((held[0] as Channel).receive({ maxBodyBytes: 0, signal: signal() }), hasCode("PEER_CLOSED"));
  await open();
});

const HOSTILE: Record<string, Uint8Array> = {
  "a head that is too long": Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0),
  "a head that is no JSON": Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 0, 0x7b, 0x7b),
  "a head that is a list": Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 0, 0x5b, 0x5d),
  "a head that is no UTF-8": Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0, 0xff),
};

for (const [what, bytes] of Object.entries(HOSTILE)) {
  test(`${what} ends the channel with a named error`, async (t) => {
    const { networks, server } = await pair(t);
    const [connection] = (networks[0] as (typeof networks)[0]).libp2p.getConnections(
      peerIdFromString(networks[1]?.peerId as string),
    );
    const stream = connection?.streams.find(({ protocol }) => protocol === CHANNEL_PROTOCOL);
    assert.ok(stream);
    stream.send(bytes);
    await assert.rejects(server.receive({ maxBodyBytes: 1000, signal: signal() }), hasCode("PEER_WRONG_BYTES"));
  });
}

test("a message that stops in the middle is given up after the idle limit", async (t) => {
  const { networks, server } = await pair(t, { limits: { idleMs: 200 } });
  const [connection] = (networks[0] as (typeof networks)[0]).libp2p.getConnections(
    peerIdFromString(networks[1]?.peerId as string),
  );
  connection?.streams
    .find(({ protocol }) => protocol === CHANNEL_PROTOCOL)
    ?.send(Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 9, 0x7b));
  await assert.rejects(server.receive({ maxBodyBytes: 1000, signal: signal() }), hasCode("PEER_TIMEOUT"));
});

test("what a peer said before it closed can still be read", async (t) => {
  const { asker, server } = await pair(t);
  await server.send({ head: { bye: true }, body: patternBytes(1000) }, { signal: signal() });
  await server.close();
  // Long enough for all of it to have arrived before anyone reads.
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal((await asker.receive({ maxBodyBytes: 1000, signal: signal() })).body.length, 1000);
  await assert.rejects(
    asker
      .send({ head: {}, body: none }, { signal: signal() })
      .then(() => asker.receive({ maxBodyBytes: 0, signal: signal() })),
    hasCode("PEER_CLOSED"),
  );
});
