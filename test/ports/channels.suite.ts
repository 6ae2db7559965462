import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { Channel, Channels } from "../../node/ports/channels.ts";
import { hasCode, patternBytes } from "./support.ts";

/** One end for each of some peers that admit each other, in their order. */
export interface ChannelEnds {
  channels: Channels[];
  peerIds: string[];
}

const signal = (): AbortSignal => AbortSignal.timeout(20_000);
const none = new Uint8Array(0);
const MEGABYTE = 1024 * 1024;

/** What all channels do. */
export function testChannels(name: string, create: (t: TestContext) => Promise<ChannelEnds>): void {
  /** A channel's two ends. */
  async function pair(
    t: TestContext,
  ): Promise<{ asker: Channel; server: Channel; leave: () => void; peerIds: string[] }> {
    const { channels, peerIds } = await create(t);
    const accepted = Promise.withResolvers<Channel>();
    const leave = Promise.withResolvers<void>();
    t.after(() => leave.resolve());
    channels[1]?.serve("talk", (channel) => {
      accepted.resolve(channel);
      return leave.promise;
    });
    const asker = (await channels[0]?.open(peerIds[1] as string, "talk", { signal: signal() })) as Channel;
    return { asker, server: await accepted.promise, leave: leave.resolve, peerIds };
  }
  const take = (channel: Channel, maxBodyBytes = 0) => channel.receive({ maxBodyBytes, signal: signal() });

  describe(`Channels: ${name}`, () => {
    test("messages arrive in order, both ways, and each side knows who speaks", async (t) => {
      const { asker, server, peerIds } = await pair(t);
      assert.deepEqual([asker.peer.peerId, server.peer.peerId], [peerIds[1], peerIds[0]]);
      for (let i = 0; i < 3; i += 1)
        await asker.send({ head: { i }, body: patternBytes(1000 + i, i) }, { signal: signal() });
      for (let i = 0; i < 3; i += 1) {
        const { head, body } = await take(server, 2000);
        assert.deepEqual(head, { i });
        assert.deepEqual(Buffer.from(body), Buffer.from(patternBytes(1000 + i, i)));
      }
      await server.send({ head: { answer: "ü" }, body: none }, { signal: signal() });
      assert.deepEqual((await take(asker)).head, { answer: "ü" });
      assert.deepEqual(asker.bytes, { sent: server.bytes.received, received: server.bytes.sent });
    });

    test("both may speak at once", async (t) => {
      const { asker, server } = await pair(t);
      const both = [asker, server].map((end) =>
        end.send({ head: {}, body: patternBytes(100_000) }, { signal: signal() }),
      );
      await Promise.all(both);
      assert.equal((await take(asker, 100_000)).body.length, 100_000);
      assert.equal((await take(server, 100_000)).body.length, 100_000);
    });

    test("whoever is not read from is held back, and nothing of what it said is lost", async (t) => {
      const { asker, server } = await pair(t);
      const sent: number[] = [];
      const sending = (async () => {
        for (let i = 0; i < 8; i += 1) {
          await asker.send({ head: { i }, body: patternBytes(8 * MEGABYTE, i) }, { signal: signal() });
          sent.push(i);
        }
      })();
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.ok(sent.length < 8, `all ${sent.length} messages were taken though nobody read`);
      for (let i = 0; i < 8; i += 1) {
        const { head, body } = await take(server, 8 * MEGABYTE);
        assert.deepEqual([head, body.length, body[12345]], [{ i }, 8 * MEGABYTE, patternBytes(8 * MEGABYTE, i)[12345]]);
      }
      await sending;
    });

    test("what was sent before the end arrives; then the end does", async (t) => {
      const { asker, server, leave } = await pair(t);
      await server.send({ head: { last: true }, body: patternBytes(50_000) }, { signal: signal() });
      leave();
      assert.equal((await take(asker, 50_000)).body.length, 50_000);
      await assert.rejects(take(asker), hasCode("PEER_CLOSED"));
      await assert.rejects(take(asker), hasCode("PEER_CLOSED"));
      await asker.close();
      await asker.close();
    });

    test("an end in the middle is noticed by who reads, and by who sends", async (t) => {
      const { asker, server } = await pair(t);
      const reading = take(asker);
      server.abort(new Error("out"));
      await assert.rejects(reading, hasCode("PEER_CLOSED"));
      await assert.rejects(asker.send({ head: {}, body: none }, { signal: signal() }), hasCode("PEER_CLOSED"));
    });

    test("a body over the limit is refused", async (t) => {
      const { asker, server } = await pair(t);
      await asker.send({ head: {}, body: patternBytes(1001) }, { signal: signal() });
      await assert.rejects(take(server, 1000), hasCode("PEER_TOO_LARGE"));
    });

    test("a peer that says nothing is waited for as long as asked", async (t) => {
      const { asker } = await pair(t);
      const waiting = asker.receive({ maxBodyBytes: 0, waitMs: 50, signal: signal() });
      await assert.rejects(waiting, hasCode("PEER_TIMEOUT"));
    });

    test("a reader that gives up gets its own reason", async (t) => {
      const { asker } = await pair(t);
      const giveUp = new AbortController();
      const reading = asker.receive({ maxBodyBytes: 0, signal: giveUp.signal });
      giveUp.abort(new Error("enough"));
      await assert.rejects(reading, /enough/);
      await assert.rejects(take(asker), hasCode("PEER_CLOSED"));
    });

    test("a handler that fails ends its channel and no other", async (t) => {
      const { channels, peerIds } = await create(t);
      channels[1]?.serve("fail", async () => {
        throw new Error("broken");
      });
      channels[1]?.serve("echo", async (channel) => channel.send(await take(channel), { signal: signal() }));
      const open = (purpose: string) =>
        (channels[0] as Channels).open(peerIds[1] as string, purpose, { signal: signal() });
      const [broken, echo] = [await open("fail"), await open("echo")];
      await assert.rejects(take(broken), hasCode("PEER_CLOSED"));
      await echo.send({ head: { a: 1 }, body: none }, { signal: signal() });
      assert.deepEqual((await take(echo)).head, { a: 1 });
    });

    test("nobody is there, or nobody serves the purpose", async (t) => {
      const { channels, peerIds } = await create(t);
      const open = (peerId: string) => (channels[0] as Channels).open(peerId, "talk", { signal: signal() });
      await assert.rejects(open(peerIds[1] as string), hasCode("PEER_REFUSED"));
      channels[1]?.serve("talk", async () => undefined);
      channels[1]?.serve("talk", undefined);
      await assert.rejects(open(peerIds[1] as string), hasCode("PEER_REFUSED"));
      await assert.rejects(open("16Uiu2HAm2zBDJGxPVtdYhwqYcQBrPBDZUAmpyfzLkxDqJYF8rfbL"), hasCode("PEER_UNREACHABLE"));
    });
  });
}
