import assert from "node:assert/strict";
import { test } from "node:test";
import { smallTask } from "./support/document.ts";
import { createSwarm, type Swarm } from "./support/swarm.ts";

const finished = (swarm: Swarm) => () =>
  swarm.clinics.every(
    (clinic) => !clinic.peer || (clinic.peer.state.view.head > 0 && swarm.stateOf(clinic).phase === "finished"),
  );
const stopAll = async (swarm: Swarm) => {
  for (const clinic of swarm.clinics) if (clinic.peer) await clinic.stop();
};

test("four daemons finish a task, each round with one model that all hold", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 5 }), 4);
  for (const clinic of swarm.clinics) await clinic.start();
  await swarm.until(finished(swarm));
  await swarm.until(() => swarm.clinics.every((clinic) => clinic.peer?.state.local.models.size === 6));
  const histories = swarm.clinics.map((clinic) =>
    swarm.stateOf(clinic).history.map(({ modelHash, included }) => [modelHash, included.length]),
  );
  assert.equal(histories[0]?.length, 5);
  assert.ok(histories[0]?.every(([, included]) => included === 4));
  for (const history of histories) assert.deepEqual(history, histories[0]);
  for (const { records, disk } of swarm.clinics) {
    assert.deepEqual(
      records.map(({ engine }) => engine),
      records.map(() => "memory"),
    );
    const updates = (await disk.entries()).filter(({ type }) => type === "own");
    assert.ok(updates.length > 0 && updates.every(({ engine }) => engine === "memory"), "recorded with every update");
  }
  assert.deepEqual(
    swarm.clinics.flatMap(({ warnings }) => warnings),
    [],
  );
  await stopAll(swarm);
});

test("a member that dies stops nobody, and takes part again within two rounds of its return", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 12 }), 4);
  for (const clinic of swarm.clinics) await clinic.start();
  const [witness, , , victim] = swarm.clinics;
  if (!witness || !victim) throw new Error("four clinics");
  await swarm.until(() => swarm.stateOf(witness).round === 3);
  await victim.stop();
  await swarm.until(() => swarm.stateOf(witness).round === 5);
  await victim.start();
  const back = swarm.stateOf(witness).round;
  await swarm.until(finished(swarm));
  const history = swarm.stateOf(victim).history;
  const without = history
    .filter(({ included }) => included.every(({ member }) => member !== victim.index))
    .map(({ round }) => round);
  assert.ok(
    without.length > 0 && Math.max(...without) <= back + 1,
    `left out of rounds ${without}, came back in round ${back}`,
  );
  assert.equal(new Set(swarm.clinics.map((clinic) => swarm.stateOf(clinic).model)).size, 1);
  await stopAll(swarm);
});

test("R8: a member with an empty disk sits the open round out and gets the model by its hash", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 8 }), 4);
  for (const clinic of swarm.clinics) await clinic.start();
  const [witness, victim] = swarm.clinics;
  if (!witness || !victim) throw new Error("four clinics");
  await swarm.until(() => swarm.stateOf(witness).round === 3);
  await victim.stop();
  for (const sha256 of await victim.disk.list("model")) await victim.disk.remove("model", sha256);
  for (const sha256 of await victim.disk.list("update")) await victim.disk.remove("update", sha256);
  await victim.disk.compact(() => []);
  await victim.start();
  await swarm.until(finished(swarm));
  assert.ok(
    victim.warnings.some((line) => line.includes("sitting the open round out")),
    victim.warnings.join("\n"),
  );
  const last = swarm.stateOf(witness).history.at(-1);
  assert.ok(
    last?.included.some(({ member }) => member === victim.index),
    "it takes part again",
  );
  await stopAll(swarm);
});

test("R10: a revoked member is left out; with f = 1 and four members the task waits, and goes on when it is licensed again", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 6 }), 4);
  for (const clinic of swarm.clinics) await clinic.start();
  const [witness, victim] = swarm.clinics;
  if (!witness || !victim) throw new Error("four clinics");
  await swarm.until(() => swarm.stateOf(witness).round === 2);
  await swarm.propose({ act: "revoke", account: victim.account });
  await swarm.until(() => swarm.stateOf(witness).phase === "waiting", 900);
  const waiting = swarm.stateOf(witness).waiting;
  assert.deepEqual([waiting?.needed, waiting?.eligible], [4, 0b1101n]);
  await swarm.propose({
    act: "license",
    account: victim.account,
    expiresAt: Math.floor(swarm.clock.now() / 1000) + 1e5,
  });
  await swarm.until(finished(swarm), 900);
  await stopAll(swarm);
});
