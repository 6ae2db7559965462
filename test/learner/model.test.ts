import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import * as layersApi from "@tensorflow/tfjs-layers";
import { startEngine } from "../../node/adapters/tfjs/engine.ts";
import { sigmoidCrossEntropy, softmaxCrossEntropy } from "../../node/adapters/tfjs/loss.ts";
import { createModel } from "../../node/adapters/tfjs/model.ts";
import { trainRound } from "../../node/adapters/tfjs/train.ts";
import { createPrng } from "../../node/core/prng.ts";
import { initialModel } from "../../node/core/task/initialModel.ts";
import { ACTIVATIONS, type Layer } from "../../node/core/task/layers.ts";
import type { TaskDocument } from "../../node/core/task/schema.ts";
import { tensorSpecs } from "../../node/core/task/tensors.ts";
import { taskDocument, taskInput } from "../task/fixture.ts";

type Layers = Extract<TaskDocument["model"], { layers: unknown }>["layers"];

const image = [6, 6, 2];
const conv = { type: "conv2d", filters: 3, kernelSize: 3 } as const;
const models: Record<string, { layers: object[]; input?: number[]; epsilon?: number }> = {
  ...Object.fromEntries(ACTIVATIONS.map((activation) => [`dense ${activation}`, { layers: [{ type: "dense", units: 5, activation }, { type: "dense", units: 3 }] }])),
  "activation layer, no bias": { layers: [{ type: "dense", units: 5, useBias: false }, { type: "activation", activation: "tanh" }, { type: "dense", units: 3 }] },
  "layer normalization": { layers: [{ type: "dense", units: 6 }, { type: "layerNormalization" }, { type: "dense", units: 3 }] },
  "batch normalization": { layers: [{ type: "dense", units: 6 }, { type: "batchNormalization" }, { type: "dense", units: 3 }] },
  "convolution, valid": { layers: [{ ...conv, activation: "tanh" }, { type: "flatten" }, { type: "dense", units: 3 }], input: image },
  "convolution, same, stride 2": { layers: [{ ...conv, padding: "same", strides: 2 }, { type: "flatten" }, { type: "dense", units: 3 }], input: image },
  "convolution, uneven window and strides": { layers: [{ ...conv, kernelSize: [2, 4], strides: [2, 1], padding: "same", useBias: false }, { type: "flatten" }, { type: "dense", units: 3 }], input: image },
  "two convolutions with batch normalization": { layers: [conv, { type: "batchNormalization" }, { ...conv, kernelSize: 2 }, { type: "globalAveragePooling2d" }, { type: "dense", units: 3 }], input: image },
  "max pooling": { layers: [{ type: "conv2d", filters: 3, kernelSize: 1 }, { type: "maxPooling2d" }, { type: "flatten" }, { type: "dense", units: 3 }], input: image },
  "max pooling, overlapping, same": { layers: [conv, { type: "maxPooling2d", poolSize: [2, 3], strides: 1, padding: "same" }, { type: "flatten" }, { type: "dense", units: 3 }], input: image },
  "average pooling, overlapping": { layers: [conv, { type: "averagePooling2d", poolSize: 3, strides: 1 }, { type: "flatten" }, { type: "dense", units: 3 }], input: image },
};

function documentOf(layers: object[], input?: number[]): TaskDocument {
  const size = input?.reduce((product, side) => product * side, 1) ?? 4;
  const data = { format: "csv", features: { columns: `x{1..${size}}` }, label: { column: "y", classes: ["0", "1", "2"] }, ...(input && { inputShape: input }) };
  return taskDocument({ data: data as never, model: { layers: layers as never, loss: "softmaxCrossEntropy" } });
}

/** The same model by Keras's rules, from the library's own layers. */
function kerasModel(document: TaskDocument, values: Float32Array): layersApi.Sequential {
  const { layers } = document.model as { layers: Layers };
  const inputShape = document.data.inputShape ?? [4];
  const model = layersApi.sequential();
  for (const [index, layer] of layers.entries()) {
    const { type, name: _, ...config } = layer as Layer & Record<string, unknown>;
    const make = (layersApi.layers as unknown as Record<string, (config: object) => layersApi.layers.Layer>)[type];
    assert.ok(make !== undefined, type);
    model.add(make({ ...config, name: `layer${index}_${type}`, ...(index === 0 && { inputShape }) }));
  }
  let offset = 0;
  const tensors = new Map<string, tf.Tensor>();
  for (const { name, shape } of tensorSpecs(document)) {
    const size = shape.reduce((product, side) => product * side, 1);
    tensors.set(name, tf.tensor(values.slice(offset, offset + size), [...shape]));
    offset += size;
  }
  for (const [index, layer] of layers.entries()) {
    const names = (model.layers[index] as layersApi.layers.Layer).weights.map(({ name }) => name.split("/")[1] as string);
    const camel = names.map((name) => name.replace(/_\d+$/, "").replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()));
    (model.layers[index] as layersApi.layers.Layer).setWeights(camel.map((name) => tensors.get(`${index}.${layer.type}.${name}`) as tf.Tensor));
  }
  return model;
}

describe("models on the engine", () => {
  before(async () => {
    assert.match(await startEngine(), /^tfjs-wasm 4\./);
  });

  for (const [name, { layers, input }] of Object.entries(models)) {
    const document = documentOf(layers, input);
    const prng = createPrng(11);
    const width = input?.reduce((product, side) => product * side, 1) ?? 4;
    const rows = 5;
    const features = Float32Array.from({ length: rows * width }, () => 2 * prng.float() - 1);
    const labels = Int32Array.from({ length: rows }, () => prng.below(3));
    const values = initialModel(document, 3).values.map((value) => value + 0.2 * prng.float());

    it(`${name}: same tensors and outputs as the library's Keras layers`, () => {
      const model = createModel(document);
      const logits = model.logits(values, features, rows);
      const keras = kerasModel(document, values);
      const expected = (keras.predict(tf.tensor(features, [rows, ...(input ?? [4])])) as tf.Tensor).dataSync();
      assert.equal(keras.countParams(), model.length);
      assert.equal(logits.length, expected.length);
      for (const [i, logit] of logits.entries()) assert.ok(Math.abs(logit - (expected[i] ?? 0)) < 1e-5, `${logits} is not ${expected}`);
    });

    it(`${name}: the gradient is what small steps show`, () => {
      const model = createModel(document);
      const gradients = new Float32Array(values.length);
      const meanLoss = (at: Float32Array) => model.gradients(at, features, labels, new Float32Array(at.length), Math.random) / rows;
      model.gradients(values.slice(), features, labels, gradients, Math.random);
      const specs = tensorSpecs(document);
      let offset = 0;
      for (const spec of specs) {
        const size = spec.shape.reduce((product, side) => product * side, 1);
        // One direction per tensor: along its own gradient, where the slope is its norm.
        const direction = gradients.slice(offset, offset + size);
        const norm = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0));
        if (/moving/.test(spec.name)) {
          assert.equal(norm, 0);
        } else if (norm > 1e-4) {
          const step = 4e-3;
          const shifted = (sign: number) => values.map((value, i) => (i >= offset && i < offset + size ? value + (sign * step * (direction[i - offset] ?? 0)) / norm : value));
          const slope = (meanLoss(shifted(1)) - meanLoss(shifted(-1))) / (2 * step);
          assert.ok(Math.abs(slope - norm) < 2e-3 + 0.02 * norm, `${spec.name}: slope ${slope}, gradient ${norm}`);
        }
        offset += size;
      }
    });
  }

  it("training leaves no tensors behind, and lowers the loss", () => {
    const document = documentOf(
      [conv, { type: "batchNormalization" }, { type: "maxPooling2d" }, { type: "flatten" }, { type: "dropout", rate: 0.2 }, { type: "dense", units: 3 }],
      image,
    );
    const model = createModel(document);
    const prng = createPrng(5);
    const labels = Int32Array.from({ length: 40 }, (_, row) => row % 3);
    const features = Float32Array.from({ length: 40 * 72 }, (_, i) => prng.float() + (labels[Math.floor(i / 72)] ?? 0));
    const data = { features, labels, rows: 40, width: 72 };
    const config = { ...document.training, localEpochs: 5 };
    const base = initialModel(document, 1).values;
    const hooks = { stopped: () => false, onBatch() {} };
    const first = trainRound(model, data, base, 1, { ...config, localEpochs: 1 }, hooks);
    const { numTensors, numBytes } = tf.memory();
    const trained = trainRound(model, data, base, 1, config, hooks);
    model.logits(base, features, 40);
    assert.deepEqual([tf.memory().numTensors, tf.memory().numBytes], [numTensors, numBytes]);
    assert.ok(trained !== undefined && first !== undefined && trained.loss < first.loss / 2, `${first?.loss} -> ${trained?.loss}`);
    const again = trainRound(model, data, base, 1, config, hooks);
    assert.deepEqual(again?.values, trained.values);
  });

  it("a batch's statistics move the running ones by the layer's momentum", () => {
    const document = documentOf([{ type: "batchNormalization", momentum: 0.75 }, { type: "dense", units: 3 }]);
    const values = initialModel(document, 1).values.slice();
    const names = tensorSpecs(document).flatMap(({ name, shape }) => Array.from({ length: shape[0] === 4 && shape.length === 2 ? 12 : (shape[0] ?? 1) }, () => name));
    const features = Float32Array.of(1, 2, 3, 4, 3, 6, 3, 0);
    createModel(document).gradients(values, features, Int32Array.of(0, 1), new Float32Array(values.length), () => 0);
    const part = (name: string) => [...values].filter((_, i) => names[i] === `0.batchNormalization.${name}`);
    assert.deepEqual(part("movingMean"), [0.5, 1, 0.75, 0.5]);
    assert.deepEqual(part("movingVariance"), [1, 1.75, 0.75, 1.75]);
  });

  it("dropout silences the given share while training, and none while evaluating", () => {
    const document = documentOf([{ type: "dropout", rate: 0.5 }, { type: "dense", units: 3 }]);
    const model = createModel(document);
    const { values } = initialModel(document, 2);
    const ones = Float32Array.of(1, 1, 1, 1);
    const label = Int32Array.of(1);
    const loss = (random: () => number) => model.gradients(values, ones, label, new Float32Array(values.length), random);
    const lossOf = (features: Float32Array) => softmaxCrossEntropy(model.logits(values, features, 1), label).sum;
    assert.equal(loss(() => 0), lossOf(Float32Array.of(0, 0, 0, 0)));
    assert.equal(loss(() => 0.5), lossOf(Float32Array.of(2, 2, 2, 2)));
  });

  it("losses stay finite at extreme logits, and their gradients sum to nothing per row", () => {
    const { sum, gradient } = softmaxCrossEntropy(Float32Array.of(3e38, -3e38, 0, 1, 2, 3), Int32Array.of(0, 2));
    assert.ok(Math.abs(sum - 0.4076059644443806) < 1e-7);
    assert.ok([0, 3].every((row) => Math.abs(gradient.subarray(row, row + 3).reduce((a, b) => a + b, 0)) < 1e-7));
    const sigmoid = sigmoidCrossEntropy(Float32Array.of(1000, -1000), Int32Array.of(1, 1));
    assert.equal(sigmoid.sum, 1000);
    assert.deepEqual([...sigmoid.gradient], [0, -0.5]);
  });

  it("a diverging round ends with an error that says what to do", () => {
    const input = taskInput();
    const document = taskDocument({ ...input, training: { ...input.training, optimizer: { type: "sgd", learningRate: 1e30 } } });
    const data = { features: new Float32Array(96).fill(3), labels: Int32Array.from({ length: 32 }, (_, i) => i % 2), rows: 32, width: 3 };
    const train = () => trainRound(createModel(document), data, initialModel(document, 1).values, 1, document.training, { stopped: () => false, onBatch() {} });
    assert.throws(train, { code: "TRAINING_DIVERGED", message: /lower the learning rate/ });
  });
});
