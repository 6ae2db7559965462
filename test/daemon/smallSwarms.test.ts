import assert from "node:assert/strict";
import { test } from "node:test";
import { smallTask } from "./support/document.ts";
import { allEqual, neverTwice } from "./support/invariants.ts";
import type { Clinic } from "./support/clinic.ts";
import { createSwarm } from "./support/swarm.ts";

test("R7: of two members one loses its folder before it submits; both go on with the next attempt", async () => {
  const swarm = await createSwarm(smallTask({ f: 0, minPeers: 2, startMembers: 2, rounds: 4 }), 2);
  const [a, victim] = swarm.clinics as [Clinic, Clinic];
  await swarm.startAll();
  await swarm.until(() => swarm.stateOf(a).round === 2);
  await victim.stop();
  for (const kind of ["model", "update", "sealed", "last-local"] as const) {
    for (const sha256 of await victim.disk.list(kind)) await victim.disk.remove(kind, sha256);
  }
  await victim.disk.compact(() => []);
  await victim.start();
  await swarm.finish();
  allEqual(swarm);
  for (const clinic of swarm.clinics) neverTwice(clinic);
  assert.equal(swarm.stateOf(a).aborts, 1, "the attempt in which it may have signed a file it does not know any more");
  assert.equal(victim.warnings.filter((line) => line.includes("sitting the open round out")).length, 1);
  await swarm.stopAll();
});

test("R1: of two members one is away; attempts fail, phases grow, and the round is final once it is back", async () => {
  const swarm = await createSwarm(smallTask({ f: 0, minPeers: 2, startMembers: 2, rounds: 3 }), 2);
  const [a, away] = swarm.clinics as [Clinic, Clinic];
  await a.start();
  await swarm.until(() => swarm.stateOf(a).aborts === 3);
  const { attempt } = swarm.stateOf(a);
  assert.equal((attempt?.deadline ?? 0) - (attempt?.phaseSince ?? 0), 80, "10 s, doubled three times");
  const submitted = a.signed.flatMap((act) => (act.type === "submit" ? [act.sha256] : []));
  assert.ok(submitted.length >= 3 && new Set(submitted).size === 1, "R2: the same file in every attempt");
  await away.start();
  await swarm.finish();
  allEqual(swarm);
  await swarm.stopAll();
});
