import assert from "node:assert/strict";
import { test } from "node:test";
import type { PeerComponents } from "../../node/daemon/components.ts";
import { smallTask } from "./support/document.ts";
import type { Clinic } from "./support/clinic.ts";
import { createSwarm } from "./support/swarm.ts";

/** Counts what a daemon asks of its worlds. */
function counting(components: PeerComponents): { counted: Partial<PeerComponents>; calls: () => number } {
  let calls = 0;
  const count = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        return typeof value !== "function" ? value : (...args: unknown[]) => (calls++, value.apply(target, args));
      },
    });
  const { disk, store, ledger, learner, sealer } = components;
  return {
    counted: {
      disk: count(disk),
      store: count(store),
      ledger: count(ledger),
      learner: count(learner),
      sealer: count(sealer),
    },
    calls: () => calls,
  };
}

test("a daemon that was stopped asks nothing of anybody any more, and its timers are gone", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 5 }), 4);
  const [a, , , stopped] = swarm.clinics as [Clinic, Clinic, Clinic, Clinic];
  let calls = () => 0;
  await swarm.startAll({
    3: (usual) => {
      const counter = counting(usual);
      calls = counter.calls;
      return counter.counted;
    },
  });
  await swarm.until(() => swarm.stateOf(a).round === 2);
  await swarm.clock.advance(300);
  assert.equal(
    stopped.signed.filter(({ type }) => type === "submit").length,
    1,
    "in the middle of training for round 2",
  );
  await stopped.stop();
  const before = calls();
  await swarm.finish();
  assert.equal(calls(), before);
  await swarm.stopAll();
  assert.deepEqual(swarm.clock.pending(), []);
});

test("what makes going on senseless stops the daemon, with that error", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 5 }), 4);
  const [, , , victim] = swarm.clinics as [Clinic, Clinic, Clinic, Clinic];
  const failure = Object.assign(new Error("no"), { code: "unused" });
  await swarm.startAll({ 3: ({ network }) => ({ network: { ...network, admit: () => Promise.reject(failure) } }) });
  assert.equal(await swarm.endOf(victim), failure);
  await swarm.stopAll();
});
