import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { startEngine } from "../../node/adapters/tfjs/engine.ts";
import { MLP, rowsFor, splitTask } from "../learner/splitRows.ts";
import { clientPartOf, epochsOf, furthest, join, modelAt, serve, splitPeers, wholeModel } from "./support/splitRun.ts";

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
});
