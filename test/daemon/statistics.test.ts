import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeModel } from "../../node/core/codec.ts";
import type { Bytes32 } from "../../node/core/primitives.ts";
import { tensorSpecs } from "../../node/core/task/document.ts";
import { totalElements } from "../../node/core/safetensorsHeader.ts";
import type { Clinic } from "./support/clinic.ts";
import type { ColumnData } from "../../node/core/task/dataSchema.ts";
import { smallTask } from "./support/document.ts";
import { forging, withValues } from "./support/forging.ts";
import { createSwarm } from "./support/swarm.ts";

/** Members that agree on statistics in round 1. The learner in memory moves every tensor in every round: what counts of it is the daemon's doing. */

type Four = [Clinic, Clinic, Clinic, Clinic];
const data = smallTask().data as ColumnData;
const task = () => smallTask({ rounds: 4 }, { data: { ...data, normalize: { agreed: { low: 0, high: 1 } } } });
const STATISTICS = 4;

/** A model's values: those of its layers, and the statistics. */
async function parts({ disk }: Clinic, sha256: Bytes32): Promise<{ layers: Float32Array; statistics: Float32Array }> {
  const { values } = decodeModel((await disk.read("model", sha256)) as Uint8Array);
  return { layers: values.slice(0, -STATISTICS), statistics: values.slice(-STATISTICS) };
}

test("R4: round 1 changes the statistics alone, later rounds all but them, and every update counts", async () => {
  const swarm = await createSwarm(task(), 4);
  await swarm.startAll();
  await swarm.finish();
  const [a] = swarm.clinics as Four;
  const { history } = swarm.stateOf(a);
  assert.deepEqual(
    history.map(({ included }) => included.length),
    [4, 4, 4, 4],
  );
  const models = [history[0]?.base as Bytes32, ...history.map(({ modelHash }) => modelHash)];
  const [first, agreed, ...later] = await Promise.all(models.map((sha256) => parts(a, sha256)));
  assert.deepEqual(agreed?.layers, first?.layers);
  assert.notDeepEqual(agreed?.statistics, first?.statistics);
  for (const { layers, statistics } of later) {
    assert.deepEqual(statistics, agreed?.statistics);
    assert.notDeepEqual(layers, agreed?.layers);
  }
  assert.deepEqual(
    swarm.clinics.flatMap(({ warnings }) => warnings),
    [],
  );
  await swarm.stopAll();
});

test("R4: who trains in round 1, or moves the statistics later, is refused by all", async () => {
  const swarm = await createSwarm(task(), 4);
  const [a, b, c, liar] = swarm.clinics as Four;
  const layers = totalElements(tensorSpecs(swarm.document)) - STATISTICS;
  const elsewhere = Array.from({ length: layers }, () => 0);
  await swarm.startAll({
    3: forging(liar, (file, { round }) =>
      round === 1 ? withValues(file, 0.5) : withValues(file, ...elsewhere, 0, 0, 0, 1e-3),
    ),
  });
  await swarm.finish();
  for (const { included } of swarm.stateOf(a).history)
    assert.deepEqual(
      included.map(({ member }) => member),
      [0, 1, 2],
    );
  for (const { warnings } of [a, b, c]) {
    const reasons = warnings.filter((line) => line.includes(`refused the update of ${liar.account}`));
    assert.equal(reasons.length, 4, warnings.join("\n"));
    assert.match(reasons[0] ?? "", /Tensor 0\.dense\.bias changes in round 1/);
    assert.match(reasons[3] ?? "", /Tensor normalize\.square changes in round 4/);
  }
  await swarm.stopAll();
});

test("R8: who comes later has the statistics with the model, and goes on from them", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 8 }, { data: task().data }), 4);
  const [a, , , late] = swarm.clinics as Four;
  for (const clinic of swarm.clinics.slice(0, 3)) await clinic.start();
  await swarm.until(() => swarm.stateOf(a).round === 3);
  await late.start();
  await swarm.finish();
  const last = swarm.stateOf(late).history.at(-1);
  assert.ok(last?.included.some(({ member }) => member === late.index));
  const [agreed, end] = [swarm.stateOf(a).history[0], last].map((final) => final?.modelHash as Bytes32);
  assert.deepEqual((await parts(late, end as Bytes32)).statistics, (await parts(a, agreed as Bytes32)).statistics);
  await swarm.stopAll();
});

test("where the task asks for noise, nodes publish other statistics than they have, which are valid all the same", async () => {
  const noisy = { ...data, normalize: { agreed: { low: 0, high: 1, noise: 0.05 } } };
  const swarm = await createSwarm(smallTask({ rounds: 2 }, { data: noisy }), 4);
  await swarm.startAll();
  await swarm.finish();
  const [a] = swarm.clinics as Four;
  const [first] = swarm.stateOf(a).history;
  assert.equal(first?.included.length, 4);
  const exact = await createSwarm(smallTask({ rounds: 2 }, { data: task().data }), 4);
  await exact.startAll();
  await exact.finish();
  const [other] = exact.clinics as Four;
  const agreed = await parts(a, first?.modelHash as Bytes32);
  const without = await parts(other, exact.stateOf(other).history[0]?.modelHash as Bytes32);
  assert.notDeepEqual(agreed.statistics, without.statistics);
  assert.deepEqual(agreed.layers, without.layers);
  assert.deepEqual(
    [...swarm.clinics, ...exact.clinics].flatMap(({ warnings }) => warnings),
    [],
  );
  await swarm.stopAll();
  await exact.stopAll();
});
