import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { initialLocal, initialModel } from "../../node/core/task/initialModel.ts";
import { allTensorSpecs, localTensorSpecs, tensorSpecs } from "../../node/core/task/tensors.ts";
import { pick } from "../../node/core/weights/pick.ts";
import { documentOf, problemsWith } from "../task/fixture.ts";

const names = (specs: readonly { name: string }[]) => specs.map(({ name }) => name);
const layers = (local: boolean) => [
  { type: "dense", units: 5 },
  { type: "batchNormalization", name: "norm", ...(local && { local }) },
  { type: "dense", units: 3, ...(local && { local }) },
];
const document = documentOf(layers(true));

describe("layers that stay at a node", () => {
  it("are in no update or model, and all else is", () => {
    assert.deepEqual(names(tensorSpecs(document)), ["0.dense.bias", "0.dense.kernel"]);
    assert.deepEqual(names(localTensorSpecs(document)), [
      "1.norm.beta",
      "1.norm.gamma",
      "1.norm.movingMean",
      "1.norm.movingVariance",
      "2.dense.bias",
      "2.dense.kernel",
    ]);
    assert.deepEqual(allTensorSpecs(document), tensorSpecs(documentOf(layers(false))));
    assert.deepEqual(localTensorSpecs(documentOf(layers(false))), []);
  });

  it("start from what a first model of the task's seed would have", () => {
    const whole = initialModel(documentOf(layers(false)), document.training.seed);
    const parts = [initialModel(document, document.training.seed), initialLocal(document)];
    assert.deepEqual(pick(allTensorSpecs(document), parts), whole);
    assert.notDeepEqual(initialLocal({ ...document, training: { ...document.training, seed: 9 } }), parts[1]);
  });

  it("leave something to merge, and have tensors", () => {
    const problems = (layer: object) => problemsWith({ "model.layers": [layer] }).join();
    assert.match(problems({ type: "dense", units: 2, local: true }), /model.layers: keeps every layer local/);
    assert.equal(problems({ type: "dense", units: 2, local: false }), "");
    assert.match(problems({ type: "flatten", local: true }), /local: is no field that tasks have/);
  });

  it("are put together with the shared ones by name, and of the right shape only", () => {
    const [a, b, c] = [
      { name: "a", shape: [2] },
      { name: "b", shape: [] },
      { name: "c", shape: [1, 2] },
    ];
    const outer = { specs: [a, c], values: Float32Array.of(1, 2, 3, 4) };
    const inner = { specs: [b], values: Float32Array.of(5) };
    assert.deepEqual(pick([a, b, c], [outer, inner]).values, Float32Array.of(1, 2, 5, 3, 4));
    assert.deepEqual(pick([c], [outer]).values, Float32Array.of(3, 4));
    assert.throws(() => pick([a, b], [outer]), { code: "WEIGHTS_DIFFER", message: /tensor b .* is missing/ });
    assert.throws(() => pick([{ name: "a", shape: [3] }], [outer]), { code: "WEIGHTS_DIFFER", message: /shape \[2\]/ });
  });
});
