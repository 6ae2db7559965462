import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeModel, decodeUpdate } from "../../node/core/codec.ts";
import { initialLocal } from "../../node/core/task/initialModel.ts";
import { localTensorSpecs, tensorSpecs } from "../../node/core/task/tensors.ts";
import type { Weights } from "../../node/core/weights.ts";
import type { PeerComponents } from "../../node/daemon/components.ts";
import type { Clinic } from "./support/clinic.ts";
import { crashing } from "./support/crashing.ts";
import { smallTask } from "./support/document.ts";
import { createSwarm } from "./support/swarm.ts";

const document = (rounds: number) =>
  smallTask(
    { rounds },
    {
      model: {
        layers: [
          { type: "dense", units: 3, activation: "relu", useBias: true },
          { type: "batchNormalization", momentum: 0.9, epsilon: 0.001, local: true },
          { type: "dense", units: 2, activation: "linear", useBias: true },
        ],
        loss: "softmaxCrossEntropy",
      },
    },
  );

/** A learner that adds 1 to every value that stays at the node in each training: they count its trainings. */
function counting(seen: Weights[] = []) {
  return ({ learner }: PeerComponents): Partial<PeerComponents> => ({
    learner: {
      ...learner,
      async train(base, round, options) {
        const { own } = options;
        assert.ok(own !== undefined);
        const result = await learner.train(base, round, options);
        return { ...result, own: { specs: own.specs, values: own.values.map((value) => value + 1) } };
      },
      async evaluate(weights, options) {
        if (options.own) seen.push(options.own);
        return learner.evaluate(weights, options);
      },
    },
  });
}

const all = (clinics: Clinic[]) => Object.fromEntries(clinics.map((_, i) => [i, counting()]));

/** How many trainings the layers that a clinic would go on from have behind them. */
async function trainings({ peer, disk }: Clinic, doc: ReturnType<typeof document>): Promise<number> {
  const own = [...(peer?.state.local.own.values() ?? [])].toSorted((a, b) => a.round - b.round).at(-1);
  assert.ok(own?.layers !== undefined);
  const bytes = await disk.read("own-layers", own.layers);
  assert.ok(bytes !== undefined);
  const { specs, values } = decodeModel(bytes);
  assert.deepEqual(specs, localTensorSpecs(doc));
  const start = initialLocal(doc).values;
  const added = new Set([...values].map((value, i) => value - (start[i] ?? 0)));
  assert.equal(added.size, 1);
  return [...added][0] as number;
}

test("layers that stay at a node go on from round to round there, and are in no update or model", async () => {
  const doc = document(7);
  const swarm = await createSwarm(doc, 4);
  const seen: Weights[] = [];
  await swarm.startAll({ ...all(swarm.clinics), 0: counting(seen) });
  await swarm.finish();
  await swarm.until(() => swarm.clinics.every(({ peer }) => peer?.state.local.evaluated.size === 1));
  for (const clinic of swarm.clinics) {
    assert.equal(await trainings(clinic, doc), 7);
    assert.equal((await clinic.disk.list("own-layers")).length, 4, "older ones are deleted");
    for (const sha256 of await clinic.disk.list("update")) {
      const bytes = await clinic.disk.read("update", sha256);
      assert.ok(bytes !== undefined);
      assert.deepEqual(decodeUpdate(bytes).delta.specs, tensorSpecs(doc));
    }
    for (const sha256 of await clinic.disk.list("model")) {
      const bytes = await clinic.disk.read("model", sha256);
      assert.ok(bytes !== undefined);
      assert.deepEqual(decodeModel(bytes).specs, tensorSpecs(doc));
    }
  }
  // Round by round, the base is looked at with what the trainings before left; the last model with what all of them left.
  const counts = seen.map(({ values }) => (values[0] ?? 0) - (initialLocal(doc).values[0] ?? 0));
  assert.deepEqual(counts, [0, 1, 2, 3, 4, 5, 6, 7]);
  await swarm.stopAll();
});

for (const point of ["the update's file", "the update's journal entry", "the submission"] as const) {
  for (const moment of ["before", "after"] as const) {
    test(`R7: a training counts once in them, or not at all, where power is gone ${moment} ${point}`, async () => {
      const doc = document(4);
      const swarm = await createSwarm(doc, 4);
      const victim = swarm.clinics[3] as Clinic;
      const { overrides, done } = crashing(victim, point, moment, 2);
      const crash = typeof overrides === "function" ? overrides : () => overrides;
      await swarm.startAll({
        ...all(swarm.clinics),
        3: (usual: PeerComponents) => ({ ...counting()(usual), ...crash(usual) }),
      });
      await swarm.until(done);
      await victim.start(counting());
      await swarm.finish();
      const rounds = [...(victim.peer?.state.local.own.values() ?? [])].length;
      assert.equal(await trainings(victim, doc), rounds);
      assert.ok(rounds >= 3);
      await swarm.stopAll();
    });
  }
}

test("a node that lost its own layers says so, and begins them anew", async () => {
  const doc = document(5);
  const swarm = await createSwarm(doc, 4);
  const victim = swarm.clinics[3] as Clinic;
  await swarm.startAll(all(swarm.clinics));
  await swarm.until(() => swarm.stateOf(victim).history.length === 2);
  await victim.stop();
  for (const sha256 of await victim.disk.list("own-layers")) await victim.disk.remove("own-layers", sha256);
  await victim.start(counting());
  await swarm.finish();
  assert.ok(victim.warnings.some((line) => line.includes("layers that this node keeps to itself are gone")));
  const { local } = victim.peer?.state ?? assert.fail();
  const after = await trainings(victim, doc);
  assert.ok(after >= 1 && after < local.own.size, `${after} of ${local.own.size}`);
  await swarm.stopAll();
});
