import assert from "node:assert/strict";
import { test } from "node:test";
import { sha3 } from "../../node/adapters/memory/ledger/words.ts";
import { audit } from "../../node/core/audit.ts";
import { decodeModel, decodeUpdate, encodeModel } from "../../node/core/codec.ts";
import { sha256 } from "../../node/core/hash.ts";
import { defaultMerge } from "../../node/core/merge/defaultMerge.ts";
import type { OptimizerConfig } from "../../node/core/merge/optimizer.ts";
import { plainKernels } from "../../node/core/merge/plainKernels.ts";
import type { Bytes32 } from "../../node/core/primitives.ts";
import { modelSpecs, tensorSpecs } from "../../node/core/task/document.ts";
import { maxFileBytes } from "../../node/core/update.ts";
import { asModel, weightsOf } from "../../node/core/weights/model.ts";
import type { PeerComponents } from "../../node/daemon/components.ts";
import { mergerInThread } from "../../node/daemon/inThread.ts";
import { record } from "../../node/daemon/journal.ts";
import { type Clinic, createClinic, type Overrides } from "./support/clinic.ts";
import { smallTask } from "./support/document.ts";
import { allEqual, neverTwice } from "./support/invariants.ts";
import { createSwarm, type Swarm } from "./support/swarm.ts";

const never = new AbortController().signal;
const OPTIMIZERS: OptimizerConfig[] = [
  { type: "momentum", learningRate: 1, momentum: 0.9 },
  { type: "adam", learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 0.001 },
];

/** The real audit, of the files on the clinics' disks. */
async function auditOf({ chain, clinics }: Swarm) {
  const events = [];
  for (let block: typeof chain.head | undefined = chain.head; block; block = block.parent)
    events.unshift(...block.events);
  return audit(events, {
    keccak256: sha3,
    deployment: {
      chainId: chain.settings.chainId,
      genesis: chain.genesisHash,
      ledger: chain.settings.ledger,
      minPhaseBlocks: chain.settings.minPhaseBlocks,
    },
    files: {
      async *get(kind, hash) {
        for (const { index, disk } of clinics) {
          const bytes = await disk.read(kind, hash);
          const name = `clinic ${index}`;
          if (bytes) yield { source: name, giver: { kind: "node", name } as const, bytes };
        }
      },
    },
  });
}

/** One more clinic that knows nothing yet: it gets the model from the others. */
async function join(swarm: Swarm, overrides: Overrides): Promise<Clinic> {
  const { clinics, taskId } = swarm;
  const clinic = await createClinic({ ...swarm, taskId: () => taskId }, clinics.length);
  await record(clinic.disk, { type: "joined", task: taskId });
  await clinic.ledger.send({ type: "join", taskId }, { signal: never });
  clinics.push(clinic);
  await clinic.start(overrides);
  return clinic;
}

for (const optimizer of OPTIMIZERS) {
  const document = smallTask({ rounds: 8 }, { merge: { ...defaultMerge(1), optimizer } });
  const weights = tensorSpecs(document);

  test(`with ${optimizer.type}, all come to the same models, whoever restarts, loses power or joins meanwhile, and the audit is right`, async () => {
    const swarm = await createSwarm(document, 4);
    const [a, b, c] = swarm.clinics as [Clinic, Clinic, Clinic];
    await swarm.startAll();
    await swarm.until(() => swarm.stateOf(a).history.length === 2);
    await b.stop();
    await c.crash();
    await b.start();
    await c.start();
    const limits: [kind: string, maxBytes: number][] = [];
    const late = await join(swarm, ({ network }) => ({
      network: {
        ...network,
        requestFile(from, request, options) {
          limits.push([request.kind, options.maxBytes]);
          return network.requestFile(from, request, options);
        },
      },
    }));
    await swarm.finish();
    assert.ok(limits.some(([kind]) => kind === "model"));
    for (const [kind, maxBytes] of limits)
      assert.equal(maxBytes, maxFileBytes(kind === "model" ? modelSpecs(document) : weights));

    allEqual(swarm);
    const { history, model: last } = swarm.stateOf(late);
    assert.equal(history.length, 8);
    assert.ok(late.signed.some(({ type }) => type === "submit") && late.signed.some(({ type }) => type === "vote"));
    for (const clinic of swarm.clinics) {
      neverTwice(clinic);
      for (const hash of await clinic.disk.list("update")) {
        const bytes = (await clinic.disk.read("update", hash)) as Uint8Array;
        assert.deepEqual(decodeUpdate(bytes).delta.specs, weights);
      }
      const bytes = (await clinic.disk.read("model", last)) as Uint8Array;
      const model = decodeModel(bytes);
      assert.deepEqual(model.specs, modelSpecs(document));
      const state = model.values.subarray(weightsOf(model, weights).values.length);
      assert.ok(state.some((value) => value !== 0));
    }

    const report = await auditOf(swarm);
    assert.deepEqual([report.verdict, report.findings], ["right", []]);
    assert.equal(report.counts.mergesRecomputed, 8);
    await swarm.stopAll();
  });

  test(`a model of ${optimizer.type} whose state alone is not what the merge gives, final by the votes of three: the audit tells`, async () => {
    const swarm = await createSwarm(document, 4);
    const changed = new Map<Bytes32, Bytes32>();
    /** Merges as all do, but for the last value of the second model. */
    const tampering = ({ disk }: PeerComponents): Partial<PeerComponents> => {
      const right = mergerInThread(disk, plainKernels);
      const bases = new Set<Bytes32>();
      return {
        merger: {
          ...right,
          async merge(merge, options) {
            const merged = await right.merge(merge, options);
            bases.add(merge.base);
            if (bases.size !== 2) return merged;
            const { specs, values } = decodeModel(merged.bytes);
            const bytes = encodeModel(
              asModel({ specs, values: values.with(values.length - 1, 1 + (values.at(-1) as number)) }),
            );
            changed.set(merged.sha256, sha256(bytes));
            return { bytes, sha256: sha256(bytes) };
          },
        },
      };
    };
    await swarm.startAll({ 1: tampering, 2: tampering, 3: tampering });
    await swarm.finish();

    allEqual(swarm);
    const [[right, wrong] = []] = changed;
    assert.equal(changed.size, 1);
    assert.equal(swarm.stateOf(swarm.clinics[0] as Clinic).history[1]?.modelHash, wrong);
    const { verdict, findings, counts } = await auditOf(swarm);
    assert.equal(verdict, "wrong");
    const told = findings.filter(({ severity }) => severity === "wrong");
    assert.deepEqual(
      told.map(({ code, round, file }) => [code, round, file]),
      [["MERGE_WRONG", 2, wrong]],
    );
    assert.ok(told[0]?.text.includes(right as string), told[0]?.text);
    // What follows is made of the model that is final, and right as such.
    assert.equal(counts.mergesRecomputed, 8);
    await swarm.stopAll();
  });
}

test("R8: with an optimizer, a model that nobody has any more is merged again from its base and its updates", async () => {
  const [optimizer] = OPTIMIZERS;
  const swarm = await createSwarm(smallTask({ rounds: 3 }, { merge: { ...defaultMerge(1), optimizer } }), 4);
  await swarm.startAll();
  await swarm.finish();
  const [a] = swarm.clinics as [Clinic];
  const { model } = swarm.stateOf(a);
  await swarm.stopAll();
  for (const { disk } of swarm.clinics) await disk.remove("model", model);
  await a.start();
  await swarm.until(() => a.peer?.state.local.models.has(model) === true);
  assert.ok(await a.disk.has("model", model));
  await a.stop();
});

test("R8: a first model that was made from the task's seed, with an optimizer's zeros, is made by every node itself", async () => {
  const [, optimizer] = OPTIMIZERS;
  const document = smallTask({ rounds: 2 }, { merge: { ...defaultMerge(1), optimizer } });
  const swarm = await createSwarm(document, 4);
  for (const { disk } of swarm.clinics) await disk.remove("model", sha256(swarm.first));
  await swarm.startAll();
  await swarm.finish();
  const { history, aborts } = swarm.stateOf(swarm.clinics[0] as Clinic);
  assert.deepEqual([history.length, aborts], [2, 0]);
  assert.equal(history[0]?.base, sha256(swarm.first));
  await swarm.stopAll();
});
