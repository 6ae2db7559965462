import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as passes } from "node:timers/promises";
import { openScene, type Scene } from "./support/scene.ts";

/** A daemon's process stands still for a minute, its connections open, and goes on: a suspended virtual machine, a disk that hangs. */

const FROZEN = 3;
const FROZEN_MS = 60_000;
let scene: Scene;

before(async () => {
  scene = await openScene();
  await scene.startAll();
});

after(async () => {
  // What is stopped takes no SIGTERM.
  scene?.daemons[FROZEN]?.process.kill("SIGCONT");
  await scene?.[Symbol.asyncDispose]();
});

test("R8: the other three go on without it; when it goes on, it catches up and is in the next models again", async () => {
  const daemon = scene.daemons[FROZEN];
  assert.ok(daemon);
  const at = await daemon.until("attesting", (it) => it.event === "phase" && it.phase === "attest" && it.round !== 1);
  daemon.process.kill("SIGSTOP");
  scene.say(`clinic-${FROZEN + 1} got SIGSTOP in round ${Number(at.round)}, attest phase`);
  const before = scene.lastRound();
  await passes(FROZEN_MS);
  const without = scene.lastRound();
  assert.ok(without >= before + 2, `rounds ${before} to ${without}`);
  daemon.process.kill("SIGCONT");
  scene.say(`SIGCONT after ${FROZEN_MS / 1000} s; the others have finished rounds up to ${without} meanwhile`);
  const back = await scene.includedAfter(FROZEN, without);
  assert.ok(back <= without + 4, `in the model of round ${back}`);
  await daemon.until("the round in which it is back", (it) => it.event === "round" && it.round === back);
  scene.say(`it is in the model of round ${back}`);
});

test("one model a round at all, and the audit is right", async () => {
  await scene.settle();
});
