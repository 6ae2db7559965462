import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { startEngine } from "../../node/adapters/tfjs/engine.ts";
import { createModel } from "../../node/adapters/tfjs/model.ts";
import { addProximal } from "../../node/adapters/tfjs/proximal.ts";
import { trainRound } from "../../node/adapters/tfjs/train.ts";
import { createPrng } from "../../node/core/prng.ts";
import { canonicalDocument } from "../../node/core/task/document.ts";
import { initialModel } from "../../node/core/task/initialModel.ts";
import type { TaskDocument } from "../../node/core/task/schema.ts";
import { tensorSpecs } from "../../node/core/task/tensors.ts";
import { documentOf, problemsWith, taskDocument } from "../task/fixture.ts";

const prng = createPrng(3);
const labels = Int32Array.from({ length: 40 }, (_, row) => row % 3);
const features = Float32Array.from({ length: 160 }, (_, i) => prng.float() + (labels[Math.floor(i / 4)] ?? 0));
const data = { features, labels, rows: 40, width: 4 };
const hooks = { stopped: () => false, onBatch() {} };
const sgd = { type: "sgd", learningRate: 0.1, momentum: 0 } as const;

const document = documentOf([
  { type: "dense", units: 5, activation: "relu" },
  { type: "batchNormalization", momentum: 0.5 },
  { type: "dense", units: 3 },
]);
const base = initialModel(document, 1).values;

function train(proximal: number | undefined, more: Partial<TaskDocument["training"]> = {}): Float32Array {
  const training = { ...document.training, optimizer: sgd, batchSize: 40, ...more };
  const config = proximal === undefined ? training : { ...training, proximal };
  const trained = trainRound(createModel(document), data, base, 1, config, hooks);
  assert.ok(trained !== undefined);
  return trained.values;
}

const distance = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((value, i) => value - (b[i] ?? 0)));

describe("the proximal term", () => {
  before(() => startEngine());

  it("adds mu * (values - base) to the gradients of the given ranges, and to no others", () => {
    const gradients = Float32Array.of(1, 1, 1, 1);
    addProximal(gradients, Float32Array.of(2, 2, 2, 2), Float32Array.of(1, 0, 4, 1), 0.5, [{ start: 1, end: 3 }]);
    assert.deepEqual([...gradients], [1, 2, 0, 1]);
  });

  it("is the gradient of mu/2 times the squared distance", () => {
    const at = Float32Array.of(0.3, -1.2, 2);
    const from = Float32Array.of(0.1, 0.4, -0.5);
    const mu = 0.3;
    const term = (values: Float32Array) => (mu / 2) * distance(values, from) ** 2;
    const gradients = new Float32Array(3);
    addProximal(gradients, at, from, mu, [{ start: 0, end: 3 }]);
    for (const i of at.keys()) {
      const shifted = (by: number) => term(at.map((value, j) => (i === j ? value + by : value)));
      assert.ok(Math.abs((shifted(1e-2) - shifted(-1e-2)) / 2e-2 - (gradients[i] ?? 0)) < 1e-4);
    }
  });

  it("changes nothing in a first step, and by its own formula in the second", () => {
    const first = train(undefined, { localEpochs: 1 });
    assert.deepEqual(train(2, { localEpochs: 1 }), first);
    // Of a whole batch without momentum, two steps w1, w2: the second is shorter by rate * mu * (w1 - base).
    const plain = train(undefined, { localEpochs: 2 });
    const held = train(2, { localEpochs: 2 });
    let offset = 0;
    for (const { name, shape } of tensorSpecs(document)) {
      const end = offset + shape.reduce((product, size) => product * size, 1);
      for (let i = offset; i < end; i++) {
        const pull = /moving/.test(name) ? 0 : 0.1 * 2 * ((first[i] ?? 0) - (base[i] ?? 0));
        assert.ok(Math.abs((held[i] ?? 0) - ((plain[i] ?? 0) - pull)) < 1e-5, name);
      }
      offset = end;
    }
  });

  it("keeps a round closer to its base the larger mu is, with the same bits each time", () => {
    const trained = (values: Float32Array) =>
      Float32Array.from(createModel(document).held.flatMap(({ start, end }) => [...values.subarray(start, end)]));
    const far = [undefined, 0.1, 1, 5].map((mu) =>
      distance(trained(train(mu, { localEpochs: 20, batchSize: 8 })), trained(base)),
    );
    assert.deepEqual(
      far,
      far.toSorted((a, b) => b - a),
    );
    assert.ok((far[3] ?? 0) < (far[0] ?? 0) / 2, far.join(" "));
    assert.deepEqual(train(0.3, { localEpochs: 3 }), train(0.3, { localEpochs: 3 }));
  });

  it("is left out of documents that do not name it, and is more than 0", () => {
    const text = (doc: TaskDocument) => new TextDecoder().decode(canonicalDocument(doc));
    const plain = taskDocument();
    assert.doesNotMatch(text(plain), /proximal/);
    assert.match(text({ ...plain, training: { ...plain.training, proximal: 0.01 } }), /"proximal":0.01/);
    assert.match(problemsWith({ "training.proximal": 0 }).join(), /training.proximal: is 0; allowed is more than 0/);
  });
});
