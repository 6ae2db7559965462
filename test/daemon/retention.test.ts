import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryDisk } from "../../node/adapters/memory/disk.ts";
import { decodeModel, encodeUpdate } from "../../node/core/codec.ts";
import { share } from "../../node/core/privacy/share.ts";
import type { FileHandler, Network } from "../../node/ports/network.ts";
import { smallTask } from "./support/document.ts";
import { forging, withValues } from "./support/forging.ts";
import type { Clinic } from "./support/clinic.ts";
import { createSwarm } from "./support/swarm.ts";

/** An update that another task made of a model's tensors. */
function updateOfAnotherTask(model: Uint8Array): Uint8Array {
  const hash = (pair: string) => `0x${pair.repeat(32)}` as const;
  const { specs } = decodeModel(model);
  const delta = { specs, values: new Float32Array(decodeModel(model).values.length) };
  return encodeUpdate(
    {
      version: 1,
      genesis: hash("11"),
      ledger: `0x${"22".repeat(20)}`,
      task: hash("33"),
      round: 1,
      node: `0x${"44".repeat(20)}`,
      base: hash("55"),
      encoding: "f32",
      salt: "66".repeat(16),
    },
    share(delta, { samples: 100, minRecords: 32, clipNorm: 1 }),
  );
}

type Four = [Clinic, Clinic, Clinic, Clinic];

async function kept({ disk, store }: Clinic) {
  const cids: string[] = [];
  for await (const cid of store.list()) cids.push(cid);
  const count = async (kind: Parameters<typeof disk.list>[0]) => (await disk.list(kind)).length;
  return {
    updates: await count("update"),
    models: await count("model"),
    sealed: await count("sealed"),
    lastLocal: await count("last-local"),
    cids: cids.length,
  };
}

test("retainRounds: 2 keeps the updates of two rounds and the models around them, and nothing of what was refused before that", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 8 }, { retainRounds: 2 }), 4);
  const [a, , , forger] = swarm.clinics as Four;
  await swarm.startAll({ 3: forging(forger, (file) => withValues(file, Number.NaN)) });
  await swarm.finish();
  await swarm.until(() => a.peer?.state.local.prunedBefore === 7);
  // Of rounds 7 and 8: three updates each, four sealed files each, both models and what round 7 began with.
  assert.deepEqual(await kept(a), { updates: 6, models: 3, sealed: 0, lastLocal: 1, cids: 8 });
  assert.equal(a.peer?.state.local.models.size, 3, "and the daemon knows what it holds");
  const { history } = swarm.stateOf(a);
  for (const sha256 of [history[6]?.base, history[6]?.modelHash, history[7]?.modelHash])
    assert.ok(sha256 && (await a.disk.has("model", sha256)));
  await swarm.stopAll();
});

test("a file that a liar submits as its own is not deleted with the liar's round: it may be another task's", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 4 }, { retainRounds: 1 }), 4);
  const [a, , , liar] = swarm.clinics as Four;
  const others = updateOfAnotherTask(swarm.first);
  const sha256 = await a.disk.write("update", others);
  const dropped: string[] = [];
  await swarm.startAll({
    0: ({ store }) => ({ store: { ...store, drop: async (cid) => (dropped.push(cid), store.drop(cid)) } }),
    3: ({ ledger }) => ({
      ledger: {
        ...ledger,
        send: (act, options) =>
          ledger.send(
            act.type === "submit" && act.ref.round === 1 ? { ...act, sha256, cid: "BAFYFIRST" } : act,
            options,
          ),
      },
    }),
  });
  await swarm.finish();
  await swarm.until(() => a.peer?.state.local.prunedBefore === 4);
  assert.equal(await a.disk.has("update", sha256), true);
  assert.equal((await a.disk.list("update")).length, 5, "four of round 4, and the other task's");
  assert.ok(dropped.length > 0 && !dropped.includes("BAFYFIRST"), "nor the first model, in other letters");
  assert.ok(liar.signed.length > 0);
  await swarm.stopAll();
});

test("everything is kept by default, but of a node's own weights only the latest", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 5 }), 4);
  await swarm.startAll();
  await swarm.finish();
  assert.deepEqual(await kept(swarm.clinics[0] as Clinic), {
    updates: 20,
    models: 6,
    sealed: 0,
    lastLocal: 1,
    cids: 20,
  });
  await swarm.stopAll();
});

test("R8: who starts for the first time after old files were deleted gets the current model by its hash, and takes part", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 12, f: 0, minPeers: 3 }, { retainRounds: 2 }), 4);
  const [a, , , late] = swarm.clinics as Four;
  for (const clinic of swarm.clinics.slice(0, 3)) await clinic.start();
  await swarm.until(() => swarm.stateOf(a).round === 7);
  const { entries } = { entries: await late.disk.entries() };
  late.disk = createMemoryDisk();
  await late.disk.compact(() => entries);
  await late.start();
  await swarm.finish();
  assert.equal(swarm.stateOf(late).model, swarm.stateOf(a).model);
  assert.ok(
    swarm
      .stateOf(a)
      .history.at(-1)
      ?.included.some(({ member }) => member === late.index),
  );
  await swarm.stopAll();
});

const withoutModels = (network: Network): Network => ({
  ...network,
  serveFiles: (usual) =>
    network.serveFiles(((from, request) =>
      request.kind === "model" ? Promise.resolve({ refused: "no" }) : usual(from, request)) as FileHandler),
});

test("R8: a model that is lost is fetched again; where nobody gives it, it is merged again from the one before", async () => {
  for (const stingy of [false, true]) {
    const swarm = await createSwarm(smallTask({ rounds: 5 }), 4);
    const [a, , , victim] = swarm.clinics as Four;
    const others = stingy ? ({ network }: { network: Network }) => ({ network: withoutModels(network) }) : {};
    await swarm.startAll({ 0: others, 1: others, 2: others });
    await swarm.until(() => swarm.stateOf(a).round === 3);
    await victim.stop();
    await victim.disk.remove("model", swarm.stateOf(a).model);
    await victim.start();
    await swarm.finish();
    assert.deepEqual(
      [swarm.stateOf(a).aborts, swarm.stateOf(a).history.map(({ included }) => included.length)],
      [0, [4, 4, 4, 4, 4]],
      `others give models: ${!stingy}`,
    );
    await swarm.stopAll();
  }
});

test("R8: a model that is damaged while the daemon runs is noticed and fetched again", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 4 }), 4);
  const [a, , , victim] = swarm.clinics as Four;
  let damaged = false;
  const usual = victim.disk;
  await swarm.startAll({
    3: ({ disk }) => ({
      disk: {
        ...disk,
        async read(kind, sha256) {
          if (kind === "model" && !damaged && (await disk.list("model")).length === 3) {
            damaged = true;
            usual.damage("model", sha256);
          }
          return disk.read(kind, sha256);
        },
      },
    }),
  });
  await swarm.finish();
  assert.ok(
    victim.warnings.some((line) => line.includes("the model file")),
    victim.warnings.join("\n"),
  );
  assert.ok(swarm.stateOf(a).history.every(({ included }) => included.length === 4));
  await swarm.stopAll();
});
