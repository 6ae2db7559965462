import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { startEngine } from "../../node/adapters/tfjs/engine.ts";
import { epochBytes } from "../../node/core/modes/splitBytes.ts";
import { splitPartsOf } from "../../node/core/modes/splitParts.ts";
import { rowsFor, splitTask } from "../learner/splitRows.ts";
import { clientPartOf, epochsOf, join, serve, type SplitPeer, splitPeers } from "./support/splitRun.ts";

const WIDE = [
  { type: "dense", units: 64, activation: "relu" },
  { type: "dense", units: 48, activation: "relu" },
  { type: "dense", units: 3 },
];
const within = (measured: number, predicted: number): boolean => Math.abs(measured - predicted) <= 0.1 * measured;
const forEver = new AbortController().signal;

describe("bytes that shapes predict are those that are measured, to within 10 %", () => {
  before(() => startEngine());

  for (const activations of ["f32", "f16", "i8"])
    for (const split of [{ cut: 0 }, { cut: 0, labels: "kept", tail: 2 }, { cut: 1, clients: "parallel" }])
      it(`${activations} ${JSON.stringify(split)}`, async () => {
        const document = splitTask(WIDE, { ...split, activations, minClients: 2, epochs: 4 });
        const peers = await splitPeers(3);
        const data = rowsFor(4, 90);
        const held = rowsFor(4, 30);
        await Promise.all([
          serve(peers[0] as SplitPeer, document, forEver, peers.slice(1)),
          ...[1, 2].map((i) => join(peers, i, document, clientPartOf(document, data, held), forEver)),
        ]);
        const shape = {
          batchSize: document.training.batchSize,
          training: 90,
          validation: 30,
          clients: 2,
          recipients: 2,
        };
        const predicted = epochBytes(splitPartsOf(document), shape);
        const at = (epoch: number) => epochsOf(peers[0] as SplitPeer)[epoch - 1]?.bytes ?? { sent: 0, received: 0 };
        // An epoch in the middle, of both clients, as the server counts it.
        const sent = at(3).sent - at(2).sent;
        const received = at(3).received - at(2).received;
        assert.ok(within(received, 2 * predicted.sent), `clients sent ${received}, predicted ${2 * predicted.sent}`);
        assert.ok(
          within(sent, 2 * predicted.received),
          `clients received ${sent}, predicted ${2 * predicted.received}`,
        );
      });
});
