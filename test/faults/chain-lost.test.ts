import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { stateFile, summarize } from "../../node/adapters/anvil/state.ts";
import { post } from "../e2e/support/rpc.ts";
import { openScene, type Scene } from "./support/scene.ts";

/** R9: the chain's process dies and comes back on the same history without its last second, again and again, in every phase of a round. */

let scene: Scene;

before(async () => {
  scene = await openScene();
  await scene.startAll();
});

after(async () => scene?.[Symbol.asyncDispose]());

const head = async (): Promise<number> => Number(await post(scene.swarm.options.rpc, "eth_blockNumber"));

/** Waits for the phase to begin in some round, and for a moment in which blocks are not written yet; kills then. @returns how many were lost */
async function loseBlocks(phase: string): Promise<{ lost: number; round: number }> {
  const [daemon] = scene.daemons;
  assert.ok(daemon);
  for (;;) {
    const seen = daemon.events.length;
    const event = await daemon.until(phase, (it) => it.event === "phase" && it.phase === phase, seen);
    const before = await head();
    // The state is written once a second: mostly there is something to lose.
    if (summarize(stateFile(scene.swarm.at.chain))?.block === before) continue;
    await scene.swarm.restartChain();
    const lost = before - (await head());
    if (lost > 0) return { lost, round: Number(event.round) };
    scene.say(`the chain was killed in round ${Number(event.round)} and had written all`);
  }
}

for (const [i, phase] of ["submit", "attest", "merge", "attest", "submit"].entries()) {
  test(`R9: loss ${i + 1}, when a round's ${phase} phase began: all four go back, send again what still counts, and go on`, async () => {
    const logs = [0, 1, 2, 3].map(scene.log);
    const { lost, round } = await loseBlocks(phase);
    for (const log of logs) await log.next(/the chain came back shorter/);
    for (const log of logs) log[Symbol.dispose]();
    const last = scene.lastRound();
    for (const clinic of [0, 1, 2, 3]) await scene.includedAfter(clinic, last + 1);
    scene.say(
      `the chain was killed in round ${round}, ${phase} phase, and lost ${lost} blocks; two rounds later all four are in the model`,
    );
  });
}

test("one model a round at all, and the audit is right", async () => {
  await scene.settle();
});
