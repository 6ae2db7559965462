import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { filesBelow } from "../e2e/support/folders.ts";
import { openScene, type Scene } from "./support/scene.ts";

/** R8: a node is down for ten rounds and more; it merges none of them again, but takes the last model. */

const ABSENT = 2;
const ROUNDS_AWAY = 10;
let scene: Scene;

before(async () => {
  // Three may go on without the fourth: it is absent after three attempts, and not waited for any more.
  scene = await openScene({ "round.f": 0, "round.minPeers": 2 });
  await scene.startAll();
});

after(async () => scene?.[Symbol.asyncDispose]());

test("it takes the last model by its hash, says that it is back, and is in the next models", async () => {
  await scene.includedAfter(ABSENT, 1);
  await scene.daemons[ABSENT]?.kill();
  const downIn = scene.lastRound() + 1;
  scene.say(`clinic-${ABSENT + 1} was killed in round ${downIn}`);
  const [observer] = scene.daemons;
  await observer?.final(downIn + ROUNDS_AWAY);
  const news = scene.log(ABSENT);
  const acts = scene.log(ABSENT);
  await scene.start(ABSENT);
  const backIn = scene.lastRound() + 1;
  scene.say(`started again in round ${backIn}, ${backIn - downIn} rounds later`);
  const { model } = await news.next(/"got the model"/);
  await acts.next(/"act":"comeBack".*"msg":"sent"/);
  const included = await scene.includedAfter(ABSENT, backIn - 1);
  scene.say(
    `it took model ${String(model).slice(0, 10)} by its hash, came back, and is in the model of round ${included}`,
  );
  const models = await filesBelow(`${scene.swarm.at.clinics[ABSENT]}/files/model`);
  assert.ok(models.length < included - ROUNDS_AWAY, `${models.length} models after round ${included}`);
});

test("one model a round at all, and the audit is right", async () => {
  await scene.settle();
});
