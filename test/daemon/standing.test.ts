import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryLearner } from "../../node/adapters/memory/learner.ts";
import { SwarmError } from "../../node/core/errors.ts";
import { tensorSpecs } from "../../node/core/task/document.ts";
import { smallTask } from "./support/document.ts";
import type { Clinic } from "./support/clinic.ts";
import { createSwarm } from "./support/swarm.ts";

type Four = [Clinic, Clinic, Clinic, Clinic];

test("R8: a silent member is absent after three attempts, is not waited for any more, and comes back by itself", async () => {
  const swarm = await createSwarm(smallTask({ f: 0, minPeers: 2, startMembers: 4, rounds: 9 }), 4);
  const [a, , , silent] = swarm.clinics as Four;
  for (const clinic of swarm.clinics.slice(0, 3)) await clinic.start();
  await swarm.until(() => swarm.stateOf(a).absent === 0b1000n);
  assert.equal(swarm.stateOf(a).round, 4, "three attempts");
  const since = swarm.clock.now();
  await swarm.until(() => swarm.stateOf(a).round === 6);
  assert.ok(swarm.clock.now() - since < 10_000, "two rounds, and no deadline was waited for");
  await silent.start();
  await swarm.finish();
  assert.equal(swarm.stateOf(a).absent, 0n);
  assert.equal(swarm.stateOf(a).history.at(-1)?.included.length, 4);
  assert.equal(silent.signed.filter(({ type }) => type === "comeBack").length, 1);
  await swarm.stopAll();
});

test("R10: a licence that expires in the middle of an attempt finishes it, and is out of the next", async () => {
  const swarm = await createSwarm(smallTask({ f: 0, minPeers: 2, startMembers: 4, rounds: 4, submitSeconds: 60 }), 4);
  const [a, , , expiring] = swarm.clinics as Four;
  const until = Math.floor(swarm.clock.now() / 1000) + 2;
  const slow = createMemoryLearner({
    specs: tensorSpecs(swarm.document),
    seed: 0,
    onStep: () => swarm.clock.sleep(1_000, new AbortController().signal),
  });
  await swarm.propose({ act: "license", account: expiring.account, expiresAt: until });
  await swarm.startAll({ 0: { learner: slow } });
  await swarm.until(() => swarm.stateOf(a).attempt?.round === 1);
  assert.ok(until * 1000 > swarm.clock.now(), "in the snapshot");
  await swarm.until(() => swarm.stateOf(a).round === 2);
  assert.ok(until * 1000 <= swarm.clock.now(), "expired in the middle of round 1");
  const counts = () => swarm.stateOf(a).history.map(({ included }) => included.map(({ member }) => member));
  assert.deepEqual(counts()[0], [0, 1, 2, 3]);
  await swarm.until(() => swarm.stateOf(a).phase === "finished");
  assert.deepEqual(
    counts().slice(1),
    [2, 3, 4].map(() => [0, 1, 2]),
  );
  await swarm.stopAll();
});

test("the council's pause stops the next round from opening, not the open one; the swarm goes on by itself after it", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 4 }), 4);
  const [a] = swarm.clinics as Four;
  await swarm.startAll();
  await swarm.until(() => swarm.stateOf(a).attempt?.round === 2);
  await swarm.propose({ act: "pause" });
  await swarm.until(() => swarm.stateOf(a).phase === "waiting");
  assert.equal(swarm.stateOf(a).history.length, 2, "the open round became final");
  assert.equal(swarm.stateOf(a).waiting?.paused, true);
  const before = swarm.clinics.map(({ signed }) => signed.length);
  await swarm.clock.advance(3_600_000);
  assert.deepEqual(
    swarm.clinics.map(({ signed }) => signed.length),
    before,
    "nobody sends anything during the pause",
  );
  await swarm.propose({ act: "unpause" });
  await swarm.finish();
  await swarm.stopAll();
});

for (const code of ["TRAINING_DIVERGED", "PRIVACY_NOT_FINITE"]) {
  test(`a member whose training ends in ${code} sits that base out with one warning, and takes part in the next round`, async () => {
    const swarm = await createSwarm(smallTask({ rounds: 3, submitSeconds: 60 }), 4);
    const [a, , , diverging] = swarm.clinics as Four;
    let tries = 0;
    await swarm.startAll({
      3: ({ learner }) => ({
        learner: {
          ...learner,
          train: async (start, round, options) => {
            if (round !== 2) return learner.train(start, round, options);
            tries++;
            throw new SwarmError(code, "the loss is not finite");
          },
        },
      }),
    });
    await swarm.finish();
    assert.equal(tries, 1);
    assert.equal(diverging.warnings.filter((line) => line.includes("training diverged")).length, 1);
    const [advice, ...again] = diverging.warnings.filter((line) => line.includes("every attempt from this model"));
    assert.match(advice ?? "", /a task on the ledger cannot be changed.*make a new one with a lower rate/);
    assert.deepEqual(again, []);
    assert.deepEqual(
      swarm.stateOf(a).history.map(({ included }) => included.length),
      [4, 3, 4],
    );
    await swarm.stopAll();
  });
}
