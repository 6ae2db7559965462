import assert from "node:assert/strict";
import { test } from "node:test";
import type { RoundAct } from "../../node/core/ledger/acts.ts";
import type { Ledger } from "../../node/ports/ledger.ts";
import { smallTask } from "./support/document.ts";
import type { Clinic } from "./support/clinic.ts";
import { createSwarm } from "./support/swarm.ts";

type Four = [Clinic, Clinic, Clinic, Clinic];
const WRONG = `0x${"ee".repeat(32)}` as const;

const sending = (ledger: Ledger, change: (act: RoundAct) => RoundAct): Ledger => ({
  ...ledger,
  send: (act, options) => ledger.send(change(act as RoundAct), options),
});

test("a member that votes for another model changes nothing, and adopts what the others finalized", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 3 }), 4);
  const [a, , , liar] = swarm.clinics as Four;
  await swarm.startAll({
    3: ({ ledger }) => ({
      ledger: sending(ledger, (act) => (act.type === "vote" ? { ...act, modelHash: WRONG } : act)),
    }),
  });
  await swarm.finish();
  const task = swarm.stateOf(a);
  assert.equal(task.history.length, 3);
  assert.equal(task.aborts, 0);
  assert.ok(task.history.every(({ modelHash, included }) => modelHash !== WRONG && included.length === 4));
  assert.equal(swarm.stateOf(liar).model, task.model);
  await swarm.stopAll();
});

test("two of four that vote for another model (more than f) cannot make it final: the attempt ends without a model", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 3 }), 4);
  const [a] = swarm.clinics as Four;
  const lying = ({ ledger }: { ledger: Ledger }) => ({
    ledger: sending(ledger, (act) => (act.type === "vote" ? { ...act, modelHash: WRONG } : act)),
  });
  await swarm.startAll({ 2: lying, 3: lying });
  await swarm.until(() => swarm.stateOf(a).aborts > 1);
  assert.deepEqual([swarm.stateOf(a).round, swarm.stateOf(a).model], [1, swarm.stateOf(a).params.modelHash]);
  assert.ok(a.warnings.some((line) => line.includes("too few members voted for the same model")));
  await swarm.stopAll();
});

test("R5: a member that attests what it does not hold, and serves nothing, stops nobody", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 3 }), 4);
  const [a, , , liar] = swarm.clinics as Four;
  await swarm.startAll({
    3: ({ ledger, store, network, clock }) => ({
      // It gets nothing, and says at once that it has it all.
      ledger: sending(ledger, (act) => (act.type === "attest" ? { ...act, held: 0b1111n, refused: 0n } : act)),
      store: {
        ...store,
        get: (_, { signal }) => clock.sleep(1e9, signal).then(() => Promise.reject(new Error("nothing"))),
      },
      network: { ...network, serveFiles: () => network.serveFiles(async () => ({ refused: "no" })) },
    }),
  });
  await swarm.finish();
  assert.equal(swarm.stateOf(a).aborts, 0);
  assert.ok(swarm.stateOf(a).history.every(({ included }) => included.length === 4));
  assert.equal(swarm.stateOf(liar).model, swarm.stateOf(a).model);
  await swarm.stopAll();
});
