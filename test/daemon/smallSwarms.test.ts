import assert from "node:assert/strict";
import { test } from "node:test";
import { SwarmError } from "../../node/core/errors.ts";
import { verdictKey } from "../../node/core/round/state.ts";
import type { PeerComponents } from "../../node/daemon/components.ts";
import { smallTask } from "./support/document.ts";
import { allEqual, neverTwice } from "./support/invariants.ts";
import type { Clinic } from "./support/clinic.ts";
import { createSwarm } from "./support/swarm.ts";

/** A daemon whose attestation of round 2 never gets to the ledger, so that the attempt cannot end well. */
const neverAttests = ({ ledger }: PeerComponents): Partial<PeerComponents> => ({
  ledger: {
    ...ledger,
    send: (act, options) =>
      act.type === "attest" && act.ref.round === 2 ? new Promise(() => undefined) : ledger.send(act, options),
  },
});

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

test("R7: of two members one loses its folder after its update was opened, and gets that update back from the other", async () => {
  const swarm = await createSwarm(smallTask({ f: 0, minPeers: 2, startMembers: 2, rounds: 3 }), 2);
  const [a, victim] = swarm.clinics as [Clinic, Clinic];
  await swarm.startAll({ 1: neverAttests });
  const opened = (): boolean => {
    const filed = swarm.stateOf(a).filed.get(victim.index);
    return filed?.round === 2 && a.peer?.state.local.verdicts.get(verdictKey(2, victim.index, filed.sha256)) === "held";
  };
  await swarm.until(opened);
  await victim.crash();
  for (const kind of ["model", "update", "sealed", "last-local"] as const)
    for (const sha256 of await victim.disk.list(kind)) await victim.disk.remove(kind, sha256);
  await victim.disk.compact(() => []);
  const before = swarm.stateOf(a).filed.get(victim.index);
  assert.equal(before?.round, 2);
  await swarm.until(() => swarm.stateOf(a).aborts === 1);
  await victim.start();
  await swarm.finish();
  allEqual(swarm);
  const again = victim.signed.filter((act) => act.type === "submit" && act.ref.round === 2);
  assert.ok(again.length >= 2);
  for (const act of again) assert.equal(act.type === "submit" && act.sha256, before?.sha256);
  await swarm.stopAll();
});

test("R7: a member that loses its update, and to whom nobody gives it, opens the copy that it sealed itself", async () => {
  const swarm = await createSwarm(smallTask({ f: 0, minPeers: 2, startMembers: 2, rounds: 3 }), 2);
  const [a, victim] = swarm.clinics as [Clinic, Clinic];
  await swarm.startAll({ 1: neverAttests });
  const isFiled = (): boolean => swarm.stateOf(a).filed.get(victim.index)?.round === 2;
  await swarm.until(isFiled);
  await victim.crash();
  const sha256 = swarm.stateOf(a).filed.get(victim.index)?.sha256;
  assert.ok(sha256);
  await victim.disk.remove("update", sha256);
  await swarm.until(() => swarm.stateOf(a).aborts === 1);
  await victim.start(({ network }) => ({
    network: { ...network, requestFile: () => Promise.reject(new SwarmError("PEER_UNREACHABLE", "nobody gives it")) },
  }));
  await swarm.finish();
  allEqual(swarm);
  const again = victim.signed.flatMap((act) => (act.type === "submit" && act.ref.round === 2 ? [act.sha256] : []));
  assert.ok(again.length >= 2);
  assert.deepEqual(new Set(again), new Set([sha256]));
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
