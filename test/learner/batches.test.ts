import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { batchesOf } from "../../node/adapters/tfjs/batches.ts";

const passes = { localEpochs: 1, localBatches: undefined, batchSize: 4, seed: 7 };
const counted = (localBatches: number) => ({ ...passes, localEpochs: undefined, localBatches });

/** The rows of each batch; where in the round it is, where asked. */
const rowsOf = (rows: number, round: number, work: Parameters<typeof batchesOf>[2]): number[][] =>
  Array.from(batchesOf(rows, round, work), ({ rows: taken }) => [...taken]);

const inOrder = (values: number[]): number[] => values.toSorted((a, b) => a - b);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe("a round's batches", () => {
  it("passes: each takes all rows once, in another order, other in each round", () => {
    const [first, again, next] = [1, 1, 2].map((round) => rowsOf(10, round, { ...passes, localEpochs: 2 }));
    assert.deepEqual(first, again);
    assert.notDeepEqual(first, next);
    assert.deepEqual(
      first?.map(({ length }) => length),
      [4, 4, 2, 4, 4, 2],
    );
    for (const pass of [first?.slice(0, 3), first?.slice(3)]) assert.deepEqual(inOrder(pass?.flat() ?? []), upTo(10));
    assert.notDeepEqual(first?.slice(0, 3), first?.slice(3));
  });

  it("passes: a batch says which pass and which batch of it it is", () => {
    const places = Array.from(batchesOf(5, 1, { ...passes, localEpochs: 2 }), ({ rows: _rows, ...place }) => place);
    assert.deepEqual(places, [
      { epoch: 1, epochs: 2, batch: 1, batches: 2 },
      { epoch: 1, epochs: 2, batch: 2, batches: 2 },
      { epoch: 2, epochs: 2, batch: 1, batches: 2 },
      { epoch: 2, epochs: 2, batch: 2, batches: 2 },
    ]);
  });

  it("batches: as many as the task says, whatever the number of rows", () => {
    for (const rows of [3, 10, 400]) {
      const places = Array.from(batchesOf(rows, 2, counted(5)), ({ batch, batches, epochs }) => [
        batch,
        batches,
        epochs,
      ]);
      assert.deepEqual(
        places,
        upTo(5).map((i) => [i + 1, 5, 1]),
      );
    }
  });

  it("batches: the walk goes on where the round before ended, and each pass takes all rows once", () => {
    // Ten rows are three batches, of which a round takes two: three rounds are two passes.
    const rounds = [1, 2, 3].map((round) => rowsOf(10, round, counted(2)));
    assert.deepEqual(
      rounds.map((batches) => batches.map(({ length }) => length)),
      [
        [4, 4],
        [2, 4],
        [4, 2],
      ],
    );
    const walk = rounds.flat();
    const [one, two] = [walk.slice(0, 3).flat(), walk.slice(3).flat()];
    assert.deepEqual(inOrder(one), upTo(10));
    assert.deepEqual(inOrder(two), upTo(10));
    assert.notDeepEqual(one, two);
  });

  it("R7: batches of a round follow from its number alone: a node that restarts, or was away, takes the same", () => {
    assert.deepEqual(rowsOf(10, 3, counted(2)), rowsOf(10, 3, counted(2)));
    // Rounds of six batches begin where the third of rounds of two batches does.
    assert.deepEqual(rowsOf(10, 2, counted(6)).slice(0, 2), rowsOf(10, 4, counted(2)));
  });

  it("batches: over any number of rounds no row is used more than once oftener than another", () => {
    const few = { min: 1, max: 12 };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer(few),
        fc.integer(few),
        fc.nat(),
        (rows, perRound, size, seed) => {
          const used = new Uint32Array(rows);
          for (let round = 1; round <= 7; round++) {
            for (const batch of rowsOf(rows, round, { ...counted(perRound), batchSize: size, seed }))
              for (const row of batch) used[row] = (used[row] ?? 0) + 1;
          }
          return Math.max(...used) - Math.min(...used) <= 1;
        },
      ),
    );
  });
});
