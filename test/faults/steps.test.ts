import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { began, did } from "./support/lines.ts";
import { openScene, type Scene } from "./support/scene.ts";

/** R7: a daemon dies at any step of a round; what it had done is neither lost nor done once more in another way. */

/** What the daemon had just done, and the line of its log that says so. */
const STEPS: [string, RegExp][] = [
  ["began to train", began("train")],
  ["wrote its update", did("train")],
  ["sealed its update", did("seal")],
  ["began to send its submission", began("submit")],
  ["submitted", did("submit")],
  ["offered its sealed file", did("offer")],
  ["opened an update", did("open")],
  ["attested", did("attest")],
  ["merged", did("merge")],
  ["began to send its vote", began("vote")],
  ["voted", did("vote")],
];
let scene: Scene;

before(async () => {
  scene = await openScene();
  await scene.startAll();
});

after(async () => scene?.[Symbol.asyncDispose]());

for (const [i, [what, line]] of STEPS.entries()) {
  // Each has its turn, so that members of all indices, which take turns at deadlines, die in some step.
  const clinic = i % 4;
  test(`R7: clinic-${clinic + 1} is killed when it ${what}; started again, it is in a model within two rounds`, async () => {
    const log = scene.log(clinic);
    await log.next(line);
    await scene.daemons[clinic]?.kill();
    const killedIn = scene.lastRound() + 1;
    await scene.restart(clinic);
    const readyIn = scene.lastRound() + 1;
    const back = await scene.includedAfter(clinic, readyIn - 1);
    assert.ok(back <= readyIn + 2, `ready in round ${readyIn}, in the model of round ${back}`);
    scene.say(
      `clinic-${clinic + 1} ${what} in round ${killedIn}: kill -9; ready again in round ${readyIn}, in its model since ${back}`,
    );
  });
}

test("one model a round at all, and the audit is right", async () => {
  await scene.settle();
});
