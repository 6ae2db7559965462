import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import { readTaskFile } from "../../node/adapters/taskfile/readTaskFile.ts";
import { sealedBytes } from "../../node/cli/compare/bytes.ts";
import { comparePlan, MODES, passesAfter } from "../../node/cli/compare/plan.ts";
import { sameLines } from "../../node/cli/compare/explain.ts";
import type { ModeResult } from "../../node/cli/compare/results.ts";
import { Steps } from "../../node/cli/compare/steps.ts";
import { defaultMerge } from "../../node/core/merge/defaultMerge.ts";
import type { TaskDocument } from "../../node/core/task/schema.ts";

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

const changed = (round: Partial<TaskDocument["round"]>): TaskDocument => ({
  ...digits,
  round: { ...digits.round, ...round },
  merge: defaultMerge(round.f ?? digits.round.f),
});

test("the swarm is measured as the task would run it: its own f and minPeers where the clients are enough", () => {
  const document = changed({ f: 1, minPeers: 3, startMembers: 4 });
  const { members, changes, notes } = comparePlan(document, { modes: ["swarm"], clients: 4 });
  assert.deepEqual(members, { n: 4, f: 1, minPeers: 3, merge: document.merge });
  for (const mode of ["swarm", "federated"] as const) assert.equal(changes[mode]["round.f"], 1);
  assert.deepEqual(notes, []);
});

test("with fewer clients f is the largest that goes with them, the merge that follows from f too, and a note says so", () => {
  for (const [clients, f, minPeers] of [
    [10, 3, 7],
    [9, 2, 7],
    [5, 1, 4],
    [3, 0, 3],
    [2, 0, 2],
  ] as const) {
    const { members, notes } = comparePlan(digits, { modes: ["swarm", "federated"], clients });
    assert.deepEqual(members, { n: clients, f, minPeers, merge: defaultMerge(f) });
    assert.equal(notes.length, f === 3 ? 0 : 1);
  }
});

test("where one is going to be killed, the others are enough", () => {
  const { members } = comparePlan(digits, { modes: ["swarm"], clients: 3, kill: true });
  assert.equal(members.minPeers, 2);
});

test("a merge that a task gives itself stays, with the f that it takes; where none will do, that is said", () => {
  const given = { ...digits, merge: { rule: "multiKrum" } as const };
  const { members } = comparePlan(given, { modes: ["swarm"], clients: 5 });
  assert.deepEqual([members.f, members.merge], [0, given.merge]);
  const trimming = { ...digits, merge: { rule: "trimmedMean", trim: 3 } as const };
  assert.throws(() => comparePlan(trimming, { modes: ["swarm"], clients: 5 }), {
    code: "USAGE_INVALID",
    message: /5 clients are too few .* merge\.trim is 3/,
  });
});

test("agreed statistics keep split learning out, nobody else; the round that agrees on them is no pass", () => {
  const data = { ...digits.data, normalize: { agreed: { low: 0, high: 16 } } } as TaskDocument["data"];
  const document = { ...digits, data };
  assert.throws(() => comparePlan(document, { modes: MODES, clients: 5 }), { code: "USAGE_INVALID", message: /split/ });
  const plan = comparePlan(document, { modes: ["local", "federated", "swarm"], clients: 5, rounds: 4 });
  assert.equal(plan.passes, 3 * 5);
  assert.equal(passesAfter(plan, 4), plan.passes);
});

test("where the task asks some of the clients, the comparison asks all, and says so", () => {
  for (const some of [{ clientsPerRound: 7 }, { fraction: 0.5 }]) {
    const federated = { ...some, roundSeconds: 9 };
    const { changes, notes } = comparePlan({ ...digits, federated }, { modes: ["federated"], clients: 10 });
    assert.deepEqual(changes.federated.federated, { roundSeconds: 9, minClients: 10 });
    assert.match(notes.join(), /all clients are asked/);
  }
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

test("lines that lie on each other are named", () => {
  const result = (mode: ModeResult["mode"], accuracy: number): ModeResult => ({
    mode,
    points: [{ passes: 1, bytes: 10 * accuracy, accuracy, auc: 0.9 }],
    seconds: 1,
    costs: [],
  });
  const results = [result("federated", 0.9), result("split", 0.95), result("swarm", 0.9001)];
  assert.deepEqual(sameLines(results), [["federated", "swarm"]]);
});
