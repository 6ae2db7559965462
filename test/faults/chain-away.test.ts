import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as passes } from "node:timers/promises";
import { openScene, type Scene } from "./support/scene.ts";

/** R1, R7: the chain's endpoint is gone for minutes; nobody can end a phase meanwhile, and all go on when it is back. */

const AWAY_MS = 180_000;
let scene: Scene;

before(async () => {
  scene = await openScene();
  await scene.startAll();
});

after(async () => scene?.[Symbol.asyncDispose]());

test("all four say that they wait for the chain, reconnect by themselves, and go on with the round", async () => {
  const [one] = scene.daemons;
  assert.ok(one);
  const at = await one.until("attesting", (it) => it.event === "phase" && it.phase === "attest" && it.round !== 1);
  const logs = [0, 1, 2, 3].map(scene.log);
  const seen = scene.daemons.map(({ events }) => events.length);
  await scene.swarm.killChain();
  scene.say(`the chain was killed in round ${Number(at.round)}`);
  for (const log of logs) await log.next(/the chain's endpoint does not answer; going on as soon as it does/);
  for (const daemon of scene.daemons) {
    await daemon.says(/the chain's endpoint does not answer; going on as soon as it does/);
    await daemon.until("the connection's loss", (it) => it.event === "connection" && it.up === false);
  }
  scene.say("all four say that the endpoint does not answer");
  await passes(AWAY_MS);
  const stillRun = scene.daemons.map(({ process }) => process.exitCode === null && process.signalCode === null);
  assert.deepEqual(stillRun, [true, true, true, true]);
  await scene.swarm.startChain();
  scene.say(`the chain is back after ${AWAY_MS / 1000} s`);
  for (const [i, daemon] of scene.daemons.entries())
    await daemon.until("the connection", (it) => it.event === "connection" && it.up === true, seen[i]);
  const last = scene.lastRound();
  for (const clinic of [0, 1, 2, 3]) await scene.includedAfter(clinic, last);
  scene.say(`all four have reconnected, and are in a model after round ${last}`);
});

test("one model a round at all, and the audit is right", async () => {
  await scene.settle();
});
