import assert from "node:assert/strict";
import { test } from "node:test";
import { ClippingWatch } from "../../node/daemon/ownClipping.ts";
import { smallTask } from "./support/document.ts";
import { createSwarm } from "./support/swarm.ts";

test("R4: a node whose own update the task's bound cuts to a fraction says so once, and records its length in each round", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 3 }, { limits: { maxUpdateNorm: 0.002 } }), 4);
  await swarm.startAll();
  await swarm.finish();
  for (const { warnings, records } of swarm.clinics) {
    const said = warnings.filter((line) => line.includes("was shortened"));
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /^this node's update was shortened to 0\.\d+ % of its length \([\d.]+ to 0\.002\)/);
    assert.match(said[0] ?? "", /limits\.maxUpdateNorm/);
    assert.equal(records.length, 3);
    for (const { update } of records) {
      assert.ok(update && update.clipped < 0.01);
      assert.ok(Math.abs(update.norm * update.clipped - 0.002) < 1e-9);
    }
  }
  await swarm.stopAll();
});

test("a node whose update is within the bound says nothing of it", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 2 }), 4);
  await swarm.startAll();
  await swarm.finish();
  for (const { warnings, records } of swarm.clinics) {
    assert.deepEqual(warnings, []);
    assert.ok(records.every(({ update }) => update && update.norm > 0 && update.clipped === 1));
  }
  await swarm.stopAll();
});

test("it is said when it begins and when it gets much worse, else every ten rounds; a little is no matter", () => {
  const document = smallTask();
  const watch = new ClippingWatch();
  const told = (round: number, clipped: number) => watch.look(document, round, { norm: 1, clipped }) !== undefined;
  assert.deepEqual(
    [told(1, 0.6), told(2, 0.4), told(3, 0.4), told(4, 0.3), told(5, 0.19)],
    [false, true, false, false, true],
  );
  assert.deepEqual([told(6, 0.8), told(14, 0.2), told(15, 0.2), told(16, 0.2)], [false, false, true, false]);
});

test("where the task clips for privacy, it names that bound", () => {
  const document = smallTask({}, { privacy: { minRecords: 32, clipNorm: 0.5 } });
  const far = new ClippingWatch().look(document, 1, { norm: 1.3e18, clipped: 3.8e-19 });
  assert.match(far ?? "", /\(1\.3e\+18 to 0\.5\).*the learning rate too high/);
  const said = new ClippingWatch().look(document, 1, { norm: 50, clipped: 0.01 });
  assert.match(said ?? "", /shortened to 1 % of its length \(50 to 0\.5\) by the task's privacy\.clipNorm/);
});
