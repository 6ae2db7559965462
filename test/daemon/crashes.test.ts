import assert from "node:assert/strict";
import { test } from "node:test";
import { smallTask } from "./support/document.ts";
import { crashing, type Moment, type PointName, pointNames } from "./support/crashing.ts";
import { allEqual, neverTwice } from "./support/invariants.ts";
import type { Clinic } from "./support/clinic.ts";
import { createSwarm } from "./support/swarm.ts";

const ROUNDS = 4;
const WHEN = { before: "before", after: "after", lost: "after signing, before sending" } as const;

/** Four daemons, one of which loses its power at a point of its second round and starts again. */
async function crash(name: PointName, moment: Moment, down: number, f: 0 | 1): Promise<void> {
  const swarm = await createSwarm(smallTask({ rounds: ROUNDS, f, minPeers: f === 0 ? 4 : 3 }), 4);
  const victim = swarm.clinics[3] as Clinic;
  const { overrides, done } = crashing(victim, name, moment, name === "opening another's update" ? 4 : 2);
  await swarm.startAll({ 3: overrides });
  await swarm.until(done);
  await swarm.clock.advance(down);
  await victim.start();
  await swarm.finish();

  allEqual(swarm);
  for (const clinic of swarm.clinics) neverTwice(clinic);
  const task = swarm.stateOf(victim);
  assert.equal(task.history.length, ROUNDS);
  assert.ok(
    task.history.at(-1)?.included.some(({ member }) => member === victim.index),
    "it takes part again",
  );
  if (f === 0)
    assert.ok(
      task.history.every(({ included }) => included.length === 4),
      "nothing is final without it",
    );
  assert.ok(
    victim.warnings.every((line) => !line.includes("sitting")),
    "its journal tells it what it did",
  );
  await swarm.stopAll();
}

for (const name of pointNames) {
  const isAct = name === "the submission" || name === "the attestation" || name === "the vote";
  const moments: Moment[] = isAct ? ["before", "lost", "after"] : ["before", "after"];
  for (const moment of moments) {
    test(`R7: power is gone ${WHEN[moment]} ${name}, f = 1`, () => crash(name, moment, 500, 1));
    // Everyone is needed, so the attempt fails while it is down, and the next one needs the same file again (R2).
    test(`R7: power is gone ${WHEN[moment]} ${name}, f = 0, for longer than a phase`, () =>
      crash(name, moment, 11_000, 0));
  }
}
