import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { initialWeights } from "../../node/core/task/initialModel.ts";
import { startEngine } from "../../node/adapters/tfjs/engine.ts";
import { hasCode, until } from "../ports/support.ts";
import { MLP, rowsFor, splitTask } from "../learner/splitRows.ts";
import {
  clientPartOf,
  epochsOf,
  furthest,
  join,
  modelAt,
  serve,
  type SplitPeer,
  splitPeers,
  wholeModel,
} from "./support/splitRun.ts";
import { tampered } from "./support/tamper.ts";

const DATA = rowsFor(4, 45);
const HELD = rowsFor(4, 20, 8);
const forEver = new AbortController().signal;

describe("split learning's protocol", () => {
  before(() => startEngine());

  for (const split of [{ cut: 1 }, { cut: 0, labels: "kept", tail: 2 }, { cut: 1, clients: "parallel" }])
    it(`S1: one client and the server train what the uncut model would be: ${JSON.stringify(split)}`, async () => {
      const document = splitTask(MLP, split);
      const peers = await splitPeers(2);
      const [server, client] = peers as [(typeof peers)[0], (typeof peers)[0]];
      await Promise.all([
        serve(server, document, forEver),
        join(peers, 1, document, clientPartOf(document, DATA, HELD), forEver),
      ]);
      assert.ok(furthest(await modelAt(server, client, document, 3), wholeModel(document, DATA, 3)) < 1e-6);
      assert.deepEqual(
        epochsOf(client).map(({ epoch, loss, auc }) => [epoch, loss, auc]),
        epochsOf(server).map(({ epoch, loss, auc }) => [epoch, loss, auc]),
      );
      assert.deepEqual(server.events.at(-1)?.[0], "finished");
      assert.deepEqual(client.events.at(-1)?.[0], "finished");
    });

  it("S6: no epoch begins before minClients are there, and who is there is told for how many", async () => {
    const document = splitTask(MLP, { cut: 1, epochs: 1, minClients: 2 });
    const peers = await splitPeers(3);
    const [server, client] = peers as [(typeof peers)[0], (typeof peers)[0]];
    const play = (i: number) => join(peers, i, document, clientPartOf(document, rowsFor(4, 30, i), HELD), forEver);
    const text = "waiting for clients: 1 of at least 2 is here for epoch 1";
    const running = [serve(server, document, forEver, [client]), play(1)];
    await until(() => client.events.some(([, event]) => event.text === text));
    assert.deepEqual(epochsOf(server), []);
    await Promise.all([...running, play(2)]);
    assert.equal(epochsOf(server)[0]?.clients.length, 2);
  });

  for (const clients of ["inTurn", "parallel"])
    it(`three clients ${clients} all hold the same client part after each epoch`, async () => {
      const document = splitTask(MLP, { cut: 1, clients, minClients: 3 });
      const peers = await splitPeers(4);
      const [server] = peers as [(typeof peers)[0]];
      await Promise.all([
        serve(server, document, forEver),
        ...[1, 2, 3].map((i) => join(peers, i, document, clientPartOf(document, rowsFor(4, 30 + i, i), HELD), forEver)),
      ]);
      for (const epoch of [1, 2, 3]) {
        const [one, two, three] = await Promise.all(
          [1, 2, 3].map((i) => modelAt(server, peers[i] as (typeof peers)[0], document, epoch)),
        );
        assert.deepEqual(two, one);
        assert.deepEqual(three, one);
      }
      assert.equal(epochsOf(server).length, 3);
      assert.equal(epochsOf(server)[0]?.clients.length, 3);
    });

  for (const split of [{ cut: 1 }, { cut: 0, labels: "kept", tail: 2 }, { cut: 1, clients: "parallel" }])
    it(`S7: a server that stops goes on from the last epoch it kept: ${JSON.stringify(split)}`, async () => {
      const document = splitTask(MLP, split);
      const peers = await splitPeers(2);
      const [server, client] = peers as [SplitPeer, SplitPeer];
      const killed = new AbortController();
      client.channels = tampered(client.channels, (message) => {
        if (message.head.type === "step" && message.head.epoch === 2 && message.head.batch === 3) killed.abort();
        return [message];
      });
      const joined = join(peers, 1, document, clientPartOf(document, DATA, HELD), forEver);
      await serve(server, document, killed.signal);
      assert.equal(killed.signal.aborted, true);
      assert.equal(epochsOf(server).length, 1);
      await Promise.all([serve(server, document, forEver), joined]);
      assert.ok(furthest(await modelAt(server, client, document, 3), wholeModel(document, DATA, 3)) < 1e-6);
      assert.ok(
        client.events.some(
          ([name, { text }]) => name === "away" && /^the server is away since \d\d:\d\d;/.test(String(text)),
        ),
      );
    });

  it("S1: a model that both sides were given is what they begin with; one that only one has is refused", async () => {
    const document = splitTask(MLP, { cut: 1 });
    const base = initialWeights(document, 99);
    const peers = await splitPeers(2);
    const [server, client] = peers as [SplitPeer, SplitPeer];
    const part = () => clientPartOf(document, DATA, HELD);
    const served = serve(server, document, forEver, [], base);
    await assert.rejects(join(peers, 1, document, part(), forEver), hasCode("SPLIT_REFUSED"));
    await assert.rejects(
      join(peers, 1, document, part(), forEver, initialWeights(document, 98)),
      hasCode("SPLIT_REFUSED"),
    );
    await Promise.all([served, join(peers, 1, document, part(), forEver, base)]);
    const whole = wholeModel(document, DATA, 3, base.values);
    assert.ok(furthest(await modelAt(server, client, document, 3), whole) < 1e-6);
  });

  it("S1: another task than the server's is refused", async () => {
    const document = splitTask(MLP, { cut: 1 });
    const other = splitTask(MLP, { cut: 0 });
    const peers = await splitPeers(2);
    const stop = new AbortController();
    const serving = serve(peers[0] as SplitPeer, document, stop.signal);
    await assert.rejects(join(peers, 1, other, clientPartOf(other, DATA), forEver), hasCode("SPLIT_REFUSED"));
    stop.abort();
    await serving;
  });

  it("S6: an epoch with too few finished turns is begun again, until enough are there", async () => {
    const document = splitTask(MLP, { cut: 1, minClients: 2, epochs: 1, stepSeconds: 1 });
    const peers = await splitPeers(3);
    const [server] = peers as [SplitPeer];
    const gone = new AbortController();
    const { channels } = peers[2] as SplitPeer;
    (peers[2] as SplitPeer).channels = tampered(channels, (message) => {
      if (message.head.type === "step") gone.abort();
      return [message];
    });
    const serving = serve(server, document, forEver, peers.slice(1));
    const first = join(peers, 1, document, clientPartOf(document, DATA), forEver);
    await join(peers, 2, document, clientPartOf(document, DATA), gone.signal);
    await until(() => server.events.some(([, { text }]) => /begun again/.test(String(text))));
    (peers[2] as SplitPeer).channels = channels;
    await Promise.all([serving, first, join(peers, 2, document, clientPartOf(document, DATA), forEver)]);
    assert.deepEqual(
      epochsOf(server).map(({ clients }) => clients.length),
      [2],
    );
  });

  it("training ends where the loss gets no better by what the task says", async () => {
    const document = splitTask(MLP, { cut: 1, epochs: 50, converged: { epochs: 2, minImprovement: 10 } });
    const peers = await splitPeers(2);
    await Promise.all([
      serve(peers[0] as SplitPeer, document, forEver),
      join(peers, 1, document, clientPartOf(document, DATA, HELD), forEver),
    ]);
    assert.deepEqual(
      epochsOf(peers[0] as SplitPeer).map(({ epoch }) => epoch),
      [1, 2, 3],
    );
    assert.equal((peers[1] as SplitPeer).events.at(-1)?.[1].converged, true);
  });

  for (const [activations, furthestOff] of [
    ["f16", 0.02],
    ["i8", 0.15],
  ] as const)
    it(`${activations} trains nearly what f32 does`, async () => {
      const document = splitTask(MLP, { cut: 1, activations, epochs: 3 });
      const peers = await splitPeers(2);
      await Promise.all([
        serve(peers[0] as SplitPeer, document, forEver),
        join(peers, 1, document, clientPartOf(document, DATA), forEver),
      ]);
      const off = furthest(
        await modelAt(...(peers as [SplitPeer, SplitPeer]), document, 3),
        wholeModel(document, DATA, 3),
      );
      assert.ok(off > 0 && off < furthestOff, String(off));
    });
});
