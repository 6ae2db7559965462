import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { contributorWeight, maxWeight, taskParams } from "../../node/core/task/params.ts";
import type { TaskDocument } from "../../node/core/task/schema.ts";
import { taskDocument } from "./fixture.ts";

const hash = (digit: string) => `0x${digit.repeat(64)}` as const;

test("the contract is told the round's rules, both hashes and the largest weight", () => {
  const document = taskDocument({ contributorWeights: { cappedSamples: 500 }, evaluations: true });
  assert.deepEqual(taskParams(document, hash("a"), hash("b")), {
    documentHash: hash("a"),
    modelHash: hash("b"),
    f: 1,
    minPeers: 3,
    startMembers: 4,
    rounds: 5,
    submitSeconds: 10,
    attestSeconds: 10,
    mergeSeconds: 10,
    maxWeight: 500,
    evaluations: true,
  });
});

test("tasks of split learning are not created on the ledger", () => {
  assert.throws(() => taskParams(taskDocument({ mode: "split", split: { cut: 0, epochs: 1 } }), hash("a"), hash("b")), {
    code: "TASK_MODE",
  });
});

test("a contributor's weight: equal, capped, or rounded down to an edge", () => {
  const equal = taskDocument();
  const capped = taskDocument({ contributorWeights: { cappedSamples: 100 } });
  const bucketed = taskDocument({ contributorWeights: { bucketedSamples: [50, 100, 500] } });
  const rows: [TaskDocument, number, number][] = [
    [equal, 1000, 1],
    [capped, 99, 99],
    [capped, 101, 100],
    [bucketed, 7, 50],
    [bucketed, 99, 50],
    [bucketed, 100, 100],
    [bucketed, 4000, 500],
  ];
  for (const [document, samples, expected] of rows) assert.equal(contributorWeight(document, samples), expected);
  for (const samples of [0, -1, 1.5, Number.NaN])
    assert.throws(() => contributorWeight(capped, samples), { code: "TASK_SAMPLES" });
});

test("a weight is a whole number from 1 to the task's largest, and more samples never weigh less", () => {
  const edges = fc
    .uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 5 })
    .map((values) => values.sort((a, b) => a - b));
  const weights = fc.oneof(
    fc.constant("equal" as const),
    fc.record({ cappedSamples: fc.integer({ min: 1, max: 1000 }) }),
    fc.record({ bucketedSamples: edges }),
  );
  fc.assert(
    fc.property(
      weights,
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 0, max: 500 }),
      (contributorWeights, samples, more) => {
        const document = taskDocument({ contributorWeights });
        const weight = contributorWeight(document, samples);
        assert.ok(Number.isInteger(weight) && weight >= 1 && weight <= maxWeight(document));
        assert.ok(contributorWeight(document, samples + more) >= weight);
      },
    ),
    { numRuns: 50 },
  );
});
