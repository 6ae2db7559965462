import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Watched } from "../e2e/support/daemon.ts";
import { cannotMount, onSmallDisk, type SmallDisk } from "./support/smallDisk.ts";
import { openScene, type Scene } from "./support/scene.ts";
import { assertWhole } from "./support/wholeFiles.ts";

/** One daemon's folder lies on a small file system that fills up while it runs, keys, files, blocks, journal and log together. */

const CLINIC = 2;
const MEGABYTES = 64;
const skip = cannotMount;
let scene: Scene;
let disk: SmallDisk;
let home: string;

before(async () => {
  if (skip) return;
  scene = await openScene();
  home = scene.swarm.at.clinics[CLINIC] as string;
  disk = await onSmallDisk(home, MEGABYTES);
  await scene.startAll();
});

after(async () => {
  await scene?.daemons[CLINIC]?.stop();
  await disk?.[Symbol.asyncDispose]();
  await scene?.[Symbol.asyncDispose]();
});

test("it says which folder is full and what to do, and misses rounds; the others go on", { skip }, async () => {
  const daemon = scene.daemons[CLINIC];
  assert.ok(daemon);
  await scene.includedAfter(CLINIC, 1);
  disk.fill();
  const filledIn = scene.lastRound() + 1;
  scene.say(`clinic-${CLINIC + 1}'s disk is full in round ${filledIn}`);
  const line = await daemon.says(/No room left while .*clinic-3.*free some space there/);
  scene.say(`it says: ${line.trim().slice(0, 180)}`);
  const end = await (scene.daemons[0] as Watched).final(scene.lastRound() + 3);
  assert.ok(!(end.included as string[]).includes(scene.swarm.clinics[CLINIC] as string));
  assert.equal(daemon.process.exitCode, null, "it still runs");
  scene.say(`the others are in round ${scene.lastRound() + 1}, without it`);
});

test(
  "it takes part again once there is room, without a new start, and has kept no half-written file",
  { skip },
  async () => {
    await assertWhole(home);
    await disk.clear();
    const clearedIn = scene.lastRound();
    const back = await scene.includedAfter(CLINIC, clearedIn);
    scene.say(`there is room since round ${clearedIn + 1}; it is in the model of round ${back}`);
    assert.equal(scene.daemons[CLINIC]?.process.exitCode, null);
  },
);

test("killed on a full disk it starts again when there is room", { skip }, async () => {
  disk.fill();
  await scene.daemons[0]?.final(scene.lastRound() + 1);
  await scene.daemons[CLINIC]?.kill();
  await assertWhole(home);
  await disk.clear();
  await scene.start(CLINIC);
  const back = await scene.includedAfter(CLINIC, scene.lastRound());
  scene.say(`killed on the full disk and started with room again, it is in the model of round ${back}`);
});

test("one model a round at all, and the audit is right, over the network and from the folders", { skip }, async () => {
  await scene.settle();
  await assertWhole(home);
  const { code, stderr } = await scene.swarm.swarm("audit", "--from", ...scene.swarm.at.clinics);
  assert.equal(code, 0, stderr);
});
