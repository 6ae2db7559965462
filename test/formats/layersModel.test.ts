import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, loadLayersModel } from "@tensorflow/tfjs-layers";
import { startEngine } from "../../node/adapters/tfjs/engine.ts";
import { encodeLayersModel, type LayersModelFiles } from "../../node/core/formats/layersModel.ts";
import { initialLocal, initialWeights } from "../../node/core/task/initialModel.ts";
import { inputShape } from "../../node/core/task/tensors.ts";
import { documentOf, taskDocument } from "../task/fixture.ts";
import { MODELS, ownOutputs, randomRows, randomWeights } from "./models.ts";

const ROWS = 5;
await startEngine();

/** Opens the files as a user's program does. */
async function opened(files: LayersModelFiles): Promise<LayersModel> {
  const { modelTopology, weightsManifest, userDefinedMetadata, format } = JSON.parse(files["model.json"]);
  assert.deepEqual(weightsManifest[0].paths, ["weights.bin"]);
  const artifacts = {
    modelTopology,
    userDefinedMetadata,
    format,
    weightSpecs: weightsManifest[0].weights,
    weightData: files["weights.bin"].buffer,
  };
  return loadLayersModel(tf.io.fromMemory(artifacts));
}

function near(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++)
    assert.ok(
      Math.abs((actual[i] as number) - (expected[i] as number)) < 1e-5,
      `output ${i}: ${actual[i]}, ${expected[i]}`,
    );
}

function predicted(model: LayersModel, features: Float32Array, shape: readonly number[]): Float32Array {
  return tf.tidy(() => (model.predict(tf.tensor(features, [ROWS, ...shape])) as tf.Tensor).dataSync() as Float32Array);
}

describe("a TensorFlow.js layers model gives what the task's own engine gives, within 1e-5", () => {
  for (const [name, make] of Object.entries(MODELS)) {
    it(name, async () => {
      const document = make();
      const weights = randomWeights(document, 3);
      const features = randomRows(document, ROWS);
      const { prepared, logits, outputs } = ownOutputs(document, weights, features, ROWS);
      const about = { sha256: "0x12", round: 7 };
      const shape = inputShape(document);
      const whole = await opened(encodeLayersModel({ document, weights, bare: false, about }));
      near(predicted(whole, features, shape), outputs);
      const bare = await opened(encodeLayersModel({ document, weights, bare: true, about }));
      near(predicted(bare, prepared, shape), logits);
      whole.dispose();
      bare.dispose();
    });
  }
});

test("the file says which rows it takes, what it gives, and which model it is", async () => {
  const document = taskDocument({ data: { ...taskDocument().data, normalize: { mean: 1, std: 2 } } });
  const input = { document, weights: initialWeights(document, 1), about: { sha256: "0xab", round: 3 } };
  const model = await opened(encodeLayersModel({ ...input, bare: false }));
  const about = model.getUserDefinedMetadata() as Record<string, unknown>;
  assert.deepEqual([about.task, about.sha256, about.round], ["small", "0xab", 3]);
  assert.deepEqual([about.input, about.output], ["rows as in the data file", "class probabilities"]);
  assert.deepEqual(about.data, document.data);
  const bare = await opened(encodeLayersModel({ ...input, bare: true }));
  const { input: takes, output } = bare.getUserDefinedMetadata() as Record<string, unknown>;
  assert.deepEqual([takes, output], ["normalized rows", "logits"]);
});

test("layers that stay at a node are a part of the file; without them there is none", async () => {
  const document = documentOf([
    { type: "dense", units: 4 },
    { type: "batchNormalization", local: true },
    { type: "dense", units: 3 },
  ]);
  const weights = initialWeights(document, 1);
  assert.throws(() => encodeLayersModel({ document, weights, bare: true, about: {} }), { code: "WEIGHTS_DIFFER" });
  const model = await opened(
    encodeLayersModel({ document, weights, own: initialLocal(document), bare: true, about: {} }),
  );
  assert.equal(model.layers.length, 3);
});

test("a task that lists tensors has no layers to export", () => {
  const document = taskDocument({ model: { tensors: [{ name: "w", shape: [2] }] } });
  const weights = { specs: [{ name: "w", shape: [2] }], values: new Float32Array(2) };
  assert.throws(() => encodeLayersModel({ document, weights, bare: false, about: {} }), { code: "TASK_NO_LAYERS" });
});

test("layers of one name, and names like those that are made up, are told apart", async () => {
  const layers = [
    { type: "dense", name: "dense_2", units: 4 },
    { type: "dense", name: "twice", units: 4 },
    { type: "dense", units: 4 },
    { type: "dense", name: "twice", units: 3 },
  ];
  const document = documentOf(layers);
  const model = await opened(
    encodeLayersModel({ document, weights: randomWeights(document, 1), bare: true, about: {} }),
  );
  assert.deepEqual(
    model.layers.map(({ name }) => name),
    ["dense_2", "twice", "dense_2_2", "twice_3"],
  );
});
