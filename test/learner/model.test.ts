import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import * as layersApi from "@tensorflow/tfjs-layers";
import { startEngine } from "../../node/adapters/tfjs/engine.ts";
import { createModel } from "../../node/adapters/tfjs/model.ts";
import { createPrng } from "../../node/core/prng.ts";
import { initialModel } from "../../node/core/task/initialModel.ts";
import { ACTIVATIONS, type Layer } from "../../node/core/task/layers.ts";
import type { TaskDocument } from "../../node/core/task/schema.ts";
import { tensorSpecs } from "../../node/core/task/tensors.ts";
import { documentOf } from "../task/fixture.ts";

type Layers = Extract<TaskDocument["model"], { layers: unknown }>["layers"];

const image = [6, 6, 2];
const conv = { type: "conv2d", filters: 3, kernelSize: 3 } as const;
const models: Record<string, { layers: object[]; input?: number[]; words?: number }> = {
  ...Object.fromEntries(
    ACTIVATIONS.map((activation) => [
      `dense ${activation}`,
      {
        layers: [
          { type: "dense", units: 5, activation },
          { type: "dense", units: 3 },
        ],
      },
    ]),
  ),
  "activation layer, no bias": {
    layers: [
      { type: "dense", units: 5, useBias: false },
      { type: "activation", activation: "tanh" },
      { type: "dense", units: 3 },
    ],
  },
  "layer normalization": {
    layers: [{ type: "dense", units: 6 }, { type: "layerNormalization" }, { type: "dense", units: 3 }],
  },
  "batch normalization": {
    layers: [{ type: "dense", units: 6 }, { type: "batchNormalization" }, { type: "dense", units: 3 }],
  },
  "convolution, valid": {
    layers: [{ ...conv, activation: "tanh" }, { type: "flatten" }, { type: "dense", units: 3 }],
    input: image,
  },
  "convolution, same, stride 2": {
    layers: [{ ...conv, padding: "same", strides: 2 }, { type: "flatten" }, { type: "dense", units: 3 }],
    input: image,
  },
  "convolution, uneven window and strides": {
    layers: [
      { ...conv, kernelSize: [2, 4], strides: [2, 1], padding: "same", useBias: false },
      { type: "flatten" },
      { type: "dense", units: 3 },
    ],
    input: image,
  },
  "two convolutions with batch normalization": {
    layers: [
      conv,
      { type: "batchNormalization" },
      { ...conv, kernelSize: 2 },
      { type: "globalAveragePooling2d" },
      { type: "dense", units: 3 },
    ],
    input: image,
  },
  "depthwise convolution, two outputs a channel, same, stride 2": {
    layers: [
      {
        type: "depthwiseConv2d",
        kernelSize: [2, 3],
        depthMultiplier: 2,
        strides: 2,
        padding: "same",
        activation: "tanh",
      },
      { type: "flatten" },
      { type: "dense", units: 3 },
    ],
    input: image,
  },
  "depthwise convolution, no bias": {
    layers: [
      conv,
      { type: "depthwiseConv2d", kernelSize: 2, useBias: false },
      { type: "globalAveragePooling2d" },
      { type: "dense", units: 3 },
    ],
    input: image,
  },
  "LSTM of sequences, then of their end": {
    layers: [
      { type: "lstm", units: 4, returnSequences: true },
      { type: "lstm", units: 3, useBias: false },
      { type: "dense", units: 3 },
    ],
    input: [5, 3],
  },
  "GRU of sequences, then of their end": {
    layers: [
      { type: "gru", units: 4, returnSequences: true },
      { type: "gru", units: 3, useBias: false },
      { type: "dense", units: 3 },
    ],
    input: [5, 3],
  },
  embedding: {
    layers: [
      { type: "embedding", inputDim: 7, outputDim: 4 },
      { type: "globalAveragePooling1d" },
      { type: "dense", units: 3 },
    ],
    input: [6],
    words: 7,
  },
  "max pooling": {
    layers: [
      { type: "conv2d", filters: 3, kernelSize: 1 },
      { type: "maxPooling2d" },
      { type: "flatten" },
      { type: "dense", units: 3 },
    ],
    input: image,
  },
  "max pooling, overlapping, same": {
    layers: [
      conv,
      { type: "maxPooling2d", poolSize: [2, 3], strides: 1, padding: "same" },
      { type: "flatten" },
      { type: "dense", units: 3 },
    ],
    input: image,
  },
  "average pooling, overlapping": {
    layers: [
      conv,
      { type: "averagePooling2d", poolSize: 3, strides: 1 },
      { type: "flatten" },
      { type: "dense", units: 3 },
    ],
    input: image,
  },
};

/** The same model by Keras's rules, from the library's own layers. */
function kerasModel(document: TaskDocument, values: Float32Array): layersApi.Sequential {
  const { layers } = document.model as { layers: Layers };
  const inputShape = document.data.inputShape ?? [4];
  const model = layersApi.sequential();
  for (const [index, layer] of layers.entries()) {
    const { type, name: _, ...rest } = layer as Layer & Record<string, unknown>;
    // The library's own default is a piecewise linear function, which Keras left long ago; its initial values are replaced below.
    const sigmoid = { recurrentActivation: "sigmoid", recurrentInitializer: "zeros", unitForgetBias: false };
    const config = type === "lstm" || type === "gru" ? { ...rest, ...sigmoid } : rest;
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
    const names = (model.layers[index] as layersApi.layers.Layer).weights.map(
      ({ name }) => name.split("/")[1] as string,
    );
    const camel = names.map((name) =>
      name.replace(/_\d+$/, "").replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()),
    );
    (model.layers[index] as layersApi.layers.Layer).setWeights(
      camel.map((name) => tensors.get(`${index}.${layer.type}.${name}`) as tf.Tensor),
    );
  }
  return model;
}

describe("models on the engine", () => {
  before(async () => {
    assert.match(await startEngine(), /^tfjs-wasm 4\./);
  });

  for (const [name, { layers, input, words }] of Object.entries(models)) {
    const document = documentOf(layers, input);
    const prng = createPrng(11);
    const width = input?.reduce((product, side) => product * side, 1) ?? 4;
    const rows = 5;
    const features = Float32Array.from({ length: rows * width }, () =>
      words === undefined ? 2 * prng.float() - 1 : prng.below(words),
    );
    const labels = Int32Array.from({ length: rows }, () => prng.below(3));
    const values = initialModel(document, 3).values.map((value) => value + 0.2 * prng.float());

    it(`${name}: same tensors and outputs as the library's Keras layers`, () => {
      const model = createModel(document);
      const logits = model.logits(values, features, rows);
      const keras = kerasModel(document, values);
      const expected = (keras.predict(tf.tensor(features, [rows, ...(input ?? [4])])) as tf.Tensor).dataSync();
      assert.equal(keras.countParams(), model.length);
      assert.equal(logits.length, expected.length);
      for (const [i, logit] of logits.entries())
        assert.ok(Math.abs(logit - (expected[i] ?? 0)) < 1e-5, `${logits} is not ${expected}`);
    });

    it(`${name}: the gradient is what small steps show`, () => {
      const model = createModel(document);
      const gradients = new Float32Array(values.length);
      const meanLoss = (at: Float32Array) =>
        model.gradients(at, features, labels, new Float32Array(at.length), Math.random) / rows;
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
          const shifted = (sign: number) =>
            values.map((value, i) =>
              i >= offset && i < offset + size ? value + (sign * step * (direction[i - offset] ?? 0)) / norm : value,
            );
          const slope = (meanLoss(shifted(1)) - meanLoss(shifted(-1))) / (2 * step);
          assert.ok(Math.abs(slope - norm) < 2e-3 + 0.02 * norm, `${spec.name}: slope ${slope}, gradient ${norm}`);
        }
        offset += size;
      }
    });
  }
});
