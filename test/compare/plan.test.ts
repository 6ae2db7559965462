import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import { readTaskFile } from "../../node/adapters/taskfile/readTaskFile.ts";
import { sealedBytes } from "../../node/cli/compare/bytes.ts";
import { comparePlan, MODES } from "../../node/cli/compare/plan.ts";
import { Steps } from "../../node/cli/compare/steps.ts";

const digits = await readTaskFile(resolve(import.meta.dirname, "../../examples/digits/task.yaml"));

test("all modes get the same passes and seed", () => {
  const plan = comparePlan(digits, { modes: MODES, clients: 5, rounds: 4, seed: 3 });
  assert.equal(plan.passes, 4 * 5);
  for (const changes of Object.values(plan.changes)) assert.equal(changes["training.seed"], 3);
  assert.equal((plan.changes.split.split as { epochs: number }).epochs, plan.passes);
  assert.equal(plan.changes.federated["round.rounds"], 4);
});

test("one client is nothing to compare", () => {
  assert.throws(() => comparePlan(digits, { modes: MODES, clients: 1 }), { code: "USAGE_INVALID" });
});

test("a sealed file grows by a stanza for each recipient and a tag for each chunk", () => {
  assert.equal(sealedBytes(100, 3) - sealedBytes(100, 2), 98);
  assert.equal(sealedBytes(65_537, 1) - sealedBytes(65_536, 1), 17);
});

test("bytes go on growing when a server that was killed counts anew", () => {
  const steps = new Steps();
  for (const [number, bytes] of [
    [1, 10],
    [2, 20],
    [2, 5],
    [3, 15],
  ] as const)
    steps.add(number, "file", bytes, false);
  assert.equal(steps.repeated, 1);
  assert.deepEqual(
    steps.all.map(({ bytes }) => bytes),
    [10, 25, 35],
  );
});
