import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Bytes32 } from "../../../node/core/primitives.ts";
import { forgetRounds } from "../../../node/core/round/forget.ts";
import { expiredLayers, layersFor } from "../../../node/core/round/ownLayers.ts";
import { emptyLocal, type LocalState, ownKey } from "../../../node/core/round/state.ts";

const hash = (i: number): Bytes32 => `0x${i.toString(16).padStart(64, "0")}`;

/** A node that trained in these rounds, each of which left the file of its own number; negative ones came back from others. */
function trainedIn(...rounds: number[]): LocalState {
  const local = emptyLocal();
  for (const signed of rounds) {
    const round = Math.abs(signed);
    const own = { round, base: hash(0), sha256: hash(1000 + round), weight: 1 };
    local.own.set(ownKey(round, own.base), signed < 0 ? own : { ...own, layers: hash(round) });
  }
  return local;
}

describe("which layers that stay here a training goes on from", () => {
  it("those of the latest training before it, then older ones", () => {
    assert.deepEqual(layersFor(trainedIn(1, 2, -3, 5), 5), [2, 1, 5].map(hash));
    assert.deepEqual(layersFor(trainedIn(1, 2, -3, 5), 6), [5, 2, 1].map(hash));
    assert.deepEqual(layersFor(trainedIn(), 1), []);
  });

  it("R9: of two trainings of one round the later one, whatever became of the first one's history", () => {
    const local = trainedIn(1, 2);
    local.own.set(ownKey(2, hash(7)), { round: 2, base: hash(7), sha256: hash(8), weight: 1, layers: hash(77) });
    assert.deepEqual(layersFor(local, 3), [77, 2, 1].map(hash));
    assert.deepEqual(layersFor(local, 2), [1, 2, 77].map(hash));
  });

  it("files of the last four trainings are kept, the one that is being journaled among them", () => {
    assert.deepEqual(expiredLayers(trainedIn(1, 2, 4, 7, 8), hash(9)), [1, 2].map(hash));
    assert.deepEqual(expiredLayers(trainedIn(1, 2), hash(3)), []);
  });

  it("the latest training is not forgotten, however many rounds the node was away", () => {
    const local = trainedIn(1, 2, -3);
    forgetRounds(local, 500);
    assert.deepEqual(layersFor(local, 500), [hash(2)]);
    const newer = trainedIn(1, 2, 499);
    forgetRounds(newer, 400);
    assert.deepEqual(
      [...newer.own.values()].map(({ round }) => round),
      [499],
    );
    const without = trainedIn(-1, -2);
    forgetRounds(without, 3);
    assert.equal(without.own.size, 0);
  });
});
