import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createMemoryDisk } from "../../../node/adapters/memory/disk.ts";
import { createMemoryLearner } from "../../../node/adapters/memory/learner.ts";
import { encodeModel, encodeUpdate } from "../../../node/core/codec.ts";
import { sha256 } from "../../../node/core/hash.ts";
import { mergeModel } from "../../../node/core/merge/merge.ts";
import { plainKernels } from "../../../node/core/merge/plainKernels.ts";
import type { MergeConfig } from "../../../node/core/merge/rule.ts";
import { roundMerge } from "../../../node/core/modes/federatedMerge.ts";
import { share } from "../../../node/core/privacy/share.ts";
import { tensorSpecs } from "../../../node/core/task/document.ts";
import { initialModel } from "../../../node/core/task/initialModel.ts";
import type { Model } from "../../../node/core/weights.ts";
import { weightsOf } from "../../../node/core/weights/model.ts";
import { subtract } from "../../../node/core/weights/subtract.ts";
import { CORE_RULES, type PeerContext } from "../../../node/daemon/components.ts";
import { mergerInThread } from "../../../node/daemon/inThread.ts";
import { mergeStored } from "../../../node/daemon/mergeStored.ts";
import { taskDocument } from "../../task/fixture.ts";
import { accountOf, createFederation, GENESIS, LEDGER } from "./support/federation.ts";

const { signal } = new AbortController();
const round = { f: 0, minPeers: 2, startMembers: 2, rounds: 3, submitSeconds: 10, attestSeconds: 10, mergeSeconds: 10 };

test("one client alone: each round's model is, byte for byte, local training's update put upon the model by hand", async () => {
  const limits = { maxUpdateNorm: 1000 };
  const document = taskDocument({ mode: "federated", round, limits, federated: { minClients: 1 } });
  const it = createFederation(document, 1);
  const client = it.join(0);
  const server = it.serve();
  await it.until(() => it.of(server, "finished").length > 0);
  await client.ended;
  const specs = tensorSpecs(document);
  const learner = createMemoryLearner({ specs, seed: 0 });
  let model: Model = initialModel(document, document.training.seed);
  for (const { round: n, modelHash } of server.rounds) {
    const start = weightsOf(model, specs);
    const { weights, samples } = await learner.train(start, n, { signal });
    const delta = share(subtract(weights, start), { samples, minRecords: 32, clipNorm: 1000 });
    model = mergeModel(model, [{ member: 0, weight: 1, delta }], { rule: "mean" });
    assert.equal(modelHash, sha256(encodeModel(model)), `round ${n}`);
  }
  assert.equal(server.rounds.length, 3);
});

const RULES: MergeConfig[] = [
  { rule: "mean" },
  { rule: "median" },
  { rule: "trimmedMean", trim: 1 },
  { rule: "geometricMedian", steps: 8 },
  { before: [{ step: "bucketing", size: 2 }], rule: "mean" },
];

test("the same updates in the same order of members: the coordinator's merge and a swarm's give the same bytes, whatever order they came in", async () => {
  const value = fc.float({ noNaN: true, min: -8, max: 8 });
  const updates = fc.array(fc.record({ value, weight: fc.integer({ min: 1, max: 500 }), rank: fc.nat() }), {
    minLength: 4,
    maxLength: 7,
  });
  await fc.assert(
    fc.asyncProperty(updates, fc.constantFrom(...RULES), async (given, merge) => {
      const document = { ...taskDocument({ mode: "federated", round }), merge };
      const specs = tensorSpecs(document);
      const disk = createMemoryDisk();
      const merger = mergerInThread(disk, plainKernels);
      const model = initialModel(document, 7);
      const base = await disk.write("model", encodeModel(model));
      const files = [];
      for (const [i, each] of given.entries()) {
        const header = { version: 1, genesis: GENESIS, ledger: LEDGER, task: base, round: 1, node: accountOf(i), base };
        const values = model.values.map((start, at) => each.value * Math.sin(at + i) - start / 2);
        const delta = share({ specs, values }, { samples: 32, minRecords: 32 });
        const bytes = encodeUpdate({ ...header, encoding: "f32", salt: "ab".repeat(16) }, delta);
        files.push({
          account: accountOf(i),
          weight: each.weight,
          sha256: await disk.write("update", bytes),
          rank: each.rank,
        });
      }
      const arrived = files.toSorted((a, b) => a.rank - b.rank);
      const federated = roundMerge(document, { task: base, round: 1, base, updates: arrived });
      const included = files.map(({ weight, sha256: file }, member) => ({ member, weight, sha256: file }));
      const context = { disk, document, merger, rules: CORE_RULES } as unknown as PeerContext;
      const swarm = await mergeStored(context, { base, included }, federated.context, signal);
      assert.equal((await merger.merge(federated, { signal })).sha256, swarm.sha256);
    }),
    { numRuns: 60 },
  );
});
