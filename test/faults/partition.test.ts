import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { canTellDialers } from "./support/dialer.ts";
import { type Links, throughProxies } from "./support/links.ts";
import { openScene, type Scene } from "./support/scene.ts";

/** The clinics' lines to each other break, and heal again; all reach the chain the whole time. n = 4, f = 1. */

const skip = canTellDialers ? false : "only Linux says which process opened a connection";
let scene: Scene;
let links: Links;

before(async () => {
  if (skip) return;
  scene = await openScene();
  links = await throughProxies(scene);
  await scene.startAll();
});

after(async () => {
  await scene?.[Symbol.asyncDispose]();
  await links?.[Symbol.asyncDispose]();
});

const attesting = (by: number, after: number) =>
  scene.daemons[by]?.until(
    "attesting",
    (it) => it.event === "phase" && it.phase === "attest" && Number(it.round) > after,
  );

test("2|2: no side finishes a round alone, and both finish it together once they can talk", { skip }, async () => {
  await attesting(0, 1);
  const daemon = scene.daemons[0];
  assert.ok(daemon);
  links.split({
    groups: [
      [0, 1],
      [2, 3],
    ],
    how: "cut",
  });
  const from = daemon.events.length;
  scene.say("clinics 1 and 2 are cut off from clinics 3 and 4, connections reset");
  // The attempt that was open at the cut may have had what it needed; two later ones cannot.
  let stuck = 0;
  for (const attempt of [1, 2]) {
    const seen = attempt === 1 ? from : daemon.events.length;
    const { round, reason } = await daemon.until("an abort", ({ event }) => event === "aborted", seen);
    scene.say(`round ${Number(round)} is aborted (${String(reason)})`);
    if (attempt === 1) stuck = Number(round) - 1;
  }
  assert.equal(scene.lastRound(), stuck, "no round became final on one side");
  assert.ok(links.kept > 0, "somebody tried to get through");
  links.heal();
  scene.say(`healed; ${links.kept} connections were refused meanwhile, and no round after ${stuck} became final`);
  for (const clinic of [0, 1, 2, 3]) await scene.includedAfter(clinic, stuck);
  scene.say(`all four are in models after round ${stuck}`);
});

test(
  "3|1: three go on, the one that is alone does not; after healing it has all models and is in the next",
  { skip },
  async () => {
    const lone = scene.daemons[3];
    await attesting(0, scene.lastRound() + 1);
    links.split({ groups: [[0, 1, 2], [3]], how: "silent" });
    const cutIn = scene.lastRound();
    scene.say("clinic 4 is cut off from the others, nothing passes, connections stay open");
    await scene.daemons[0]?.final(cutIn + 4);
    const without = scene.lastRound();
    const excluded = scene.daemons[0]?.events.findLast(({ event }) => event === "round")?.included as string[];
    assert.ok(!excluded.includes(scene.swarm.clinics[3] as string), "what nobody could fetch is in no model");
    links.heal();
    scene.say(`healed after round ${without}, three rounds of which had three updates`);
    const back = await scene.includedAfter(3, without);
    await lone?.until("the round in which it is back", (it) => it.event === "round" && it.round === back);
    scene.say(`clinic 4 is in the model of round ${back}`);
  },
);

test("one model a round at all, and the audit is right", { skip }, async () => {
  await scene.settle();
});
