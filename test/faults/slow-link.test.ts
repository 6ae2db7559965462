import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { DaemonEvent } from "../../node/cli/local/daemons.ts";
import { canTellDialers } from "./support/dialer.ts";
import { Line, seeded } from "./support/line.ts";
import { type Links, throughProxies } from "./support/links.ts";
import { openScene, type Scene } from "./support/scene.ts";

/** Two of four clinics have a line of 1 Mbit/s, 200 ms there and back, 1 % of segments lost; the model has a megabyte. */

const SLOW = [2, 3];
const ROUNDS = 3;
const skip = canTellDialers ? false : "only Linux says which process opened a connection";
/** 30 x 448 + 448 x 512 + 512 x 2 weights, and biases: a megabyte. */
const LARGER = { "model.layers.0.units": 448, "model.layers.1.units": 512 };
/** What one member has to send in a round: its update, to each of the others. */
const NEEDED = 3 * 4 * 244_802;
const LONG = { "round.submitSeconds": 30, "round.attestSeconds": 60, "round.mergeSeconds": 60 };
let scene: Scene;
let links: Links;

const line = (seed: number): Line =>
  new Line({ bytesPerSecond: 125_000, latencyMs: 100, loss: 0.01, retransmitMs: 400, random: seeded(seed) });

before(async () => {
  if (skip) return;
  scene = await openScene({ ...LARGER, ...LONG }, { seeded: true });
  links = await throughProxies(scene);
  for (const clinic of SLOW) links.slow(clinic, { up: line(2 * clinic), down: line(2 * clinic + 1) });
  await scene.startAll();
});

after(async () => {
  await scene?.[Symbol.asyncDispose]();
  await links?.[Symbol.asyncDispose]();
});

test(
  "rounds go on with all four: the slow ones' updates are in the models, and no line carries a file twice",
  { skip },
  async () => {
    const [observer] = scene.daemons;
    assert.ok(observer);
    let attempts = 0;
    for (let round = 1; round <= ROUNDS; round++) {
      const before = SLOW.map(links.carried);
      const started = performance.now();
      const end: DaemonEvent = await observer.final(round);
      const seconds = (performance.now() - started) / 1000;
      const [first] = SLOW.map((clinic, i) => {
        const { up, down } = links.carried(clinic);
        const { up: was, down: had } = before[i] as { up: number; down: number };
        return `${((up - was) / 1e6).toFixed(1)} MB up, ${((down - had) / 1e6).toFixed(1)} MB down`;
      });
      const { length } = end.included as string[];
      scene.say(
        `round ${round} final after ${seconds.toFixed(1)} s, ${length} updates; clinic-${(SLOW[0] ?? 0) + 1}: ${first}`,
      );
      attempts += Number(end.attempt) + 1;
    }
    // A file that is under way is not asked for once more, of its author or of others: that would take the line from the first.
    const { up } = links.carried(SLOW[0] as number);
    assert.ok(up > NEEDED && up < 2 * NEEDED * (attempts + 1), `${up} bytes up in ${attempts} attempts`);
    for (const clinic of SLOW) await scene.includedAfter(clinic, 1, 0);
    await Promise.all(SLOW.map((clinic) => scene.daemons[clinic]?.final(ROUNDS)));
  },
);

test("one model a round at all, and the audit is right", { skip }, async () => {
  await scene.settle();
});
