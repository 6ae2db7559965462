import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryLearner } from "../../node/adapters/memory/learner.ts";
import { defaultMerge } from "../../node/core/merge/defaultMerge.ts";
import { tensorSpecs } from "../../node/core/task/document.ts";
import type { Logger } from "../../node/ports/logger.ts";
import type { Clinic } from "./support/clinic.ts";
import { smallTask } from "./support/document.ts";
import { createSwarm } from "./support/swarm.ts";

test("by the default for f = 1, four daemons agree on models that a member far off does not move, and say that it stands out", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 3 }, { merge: defaultMerge(1) }), 4);
  const [a, , , liar] = swarm.clinics as [Clinic, Clinic, Clinic, Clinic];
  a.names.set(liar.account, "clinic-d");
  const lines: string[] = [];
  const info = (logger: Logger): Logger => ({ ...logger, info: (message) => void lines.push(message) });
  // Twenty times the way to a point of its own, where the others go half of theirs.
  const learner = createMemoryLearner({ specs: tensorSpecs(swarm.document), seed: 99, rate: 20 });
  await swarm.startAll({ 0: ({ logger }) => ({ logger: info(logger) }), 3: { learner } });
  await swarm.finish();

  const task = swarm.stateOf(a);
  assert.deepEqual(
    task.history.map(({ included }) => included.length),
    [4, 4, 4],
  );
  assert.equal(task.aborts, 0);
  assert.equal(new Set(swarm.clinics.map((clinic) => swarm.stateOf(clinic).model)).size, 1);
  for (const { round, hints } of a.records) {
    const [hint, ...others] = hints ?? [];
    assert.deepEqual(others, [], `round ${round}`);
    assert.equal(hint?.account, liar.account);
    assert.ok(hint.clipped < 0.5 && (hint.timesAsFar ?? 0) > 2 && hint.norm > 10, JSON.stringify(hint));
    assert.deepEqual([hint.dropped, hint.sameAs], [false, []]);
  }
  assert.equal(a.records.length, 3);
  const told = lines.filter((line) => line.includes("a hint, not a verdict"));
  assert.equal(told.length, 3);
  assert.match(
    told[0] ?? "",
    /^the update of clinic-d was clipped to 0\.\d+ of its length and is \d+\.\d times as far from the others as usual: a hint/,
  );
  await swarm.stopAll();
});

test("R8: a model that went by the round's seed is merged again from its updates where nobody has it any more", async () => {
  const merge = { before: [{ step: "bucketing" as const, size: 2 }], rule: "median" as const };
  const swarm = await createSwarm(smallTask({ minPeers: 5, startMembers: 6, rounds: 2 }, { merge }), 6);
  await swarm.startAll();
  await swarm.finish();
  const [a] = swarm.clinics as [Clinic];
  const { model } = swarm.stateOf(a);
  await swarm.stopAll();
  for (const { disk } of swarm.clinics) await disk.remove("model", model);
  await a.start();
  await swarm.until(() => a.peer?.state.local.models.has(model) === true);
  assert.ok(await a.disk.has("model", model));
  await a.stop();
});
