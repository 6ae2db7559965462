import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { startEngine } from "../../node/adapters/tfjs/engine.ts";
import { createModel } from "../../node/adapters/tfjs/model.ts";
import { trainRound } from "../../node/adapters/tfjs/train.ts";
import type { Dataset } from "../../node/adapters/data/dataset.ts";
import { createPrng } from "../../node/core/prng.ts";
import { initialModel } from "../../node/core/task/initialModel.ts";
import { documentOf } from "../task/fixture.ts";
import { REFERENCE, use } from "./kernels/support.ts";

interface Architecture {
  layers: object[];
  input?: number[];
  /** Values of an embedding's columns. */
  words?: number;
}

const image = [8, 8, 3];
const dense = { type: "dense", units: 3 };
const architectures: Record<string, Architecture> = {
  CNN: {
    layers: [
      { type: "conv2d", filters: 8, kernelSize: 3, padding: "same", activation: "relu" },
      { type: "maxPooling2d" },
      { type: "conv2d", filters: 6, kernelSize: 3, activation: "relu" },
      { type: "averagePooling2d" },
      { type: "flatten" },
      dense,
    ],
    input: image,
  },
  "depthwise CNN": {
    layers: [
      { type: "depthwiseConv2d", kernelSize: 3, padding: "same", depthMultiplier: 2, activation: "relu" },
      { type: "conv2d", filters: 8, kernelSize: 1, activation: "relu" },
      { type: "depthwiseConv2d", kernelSize: [3, 2], strides: 2, useBias: false },
      { type: "globalAveragePooling2d" },
      dense,
    ],
    input: image,
  },
  "batch normalization": {
    layers: [
      { type: "conv2d", filters: 5, kernelSize: 3, useBias: false },
      { type: "batchNormalization" },
      { type: "activation", activation: "relu" },
      { type: "flatten" },
      dense,
    ],
    input: image,
  },
  dropout: { layers: [{ type: "dense", units: 16, activation: "relu" }, { type: "dropout", rate: 0.3 }, dense] },
  LSTM: {
    layers: [{ type: "lstm", units: 6, returnSequences: true }, { type: "lstm", units: 5 }, dense],
    input: [7, 4],
  },
  GRU: { layers: [{ type: "gru", units: 6, returnSequences: true }, { type: "gru", units: 5 }, dense], input: [7, 4] },
  embedding: {
    layers: [{ type: "embedding", inputDim: 20, outputDim: 6 }, { type: "globalAveragePooling1d" }, dense],
    input: [9],
    words: 20,
  },
  "embedding and GRU": {
    layers: [{ type: "embedding", inputDim: 20, outputDim: 6 }, { type: "gru", units: 8 }, dense],
    input: [9],
    words: 20,
  },
};

/** Rows of three classes that differ in what their values are around. */
function rowsOf({ input = [4], words }: Architecture): Dataset {
  const width = input.reduce((product, side) => product * side, 1);
  const prng = createPrng(5);
  const rows = 48;
  const labels = Int32Array.from({ length: rows }, (_, row) => row % 3);
  const features = Float32Array.from({ length: rows * width }, (_, i) => {
    const label = labels[Math.floor(i / width)] as number;
    return words === undefined
      ? prng.float() - 0.5 + 0.8 * (label - 1)
      : prng.below(words / 2) + label * Math.floor(words / 4);
  });
  return { features, labels, rows, width };
}

const hooks = { stopped: () => false, onBatch() {} };

describe("training of each kind of model", () => {
  before(() => startEngine());

  for (const [name, architecture] of Object.entries(architectures)) {
    const document = documentOf(architecture.layers, architecture.input);
    const data = rowsOf(architecture);
    const config = { ...document.training, localEpochs: 12, batchSize: 16 };
    const base = initialModel(document, 1).values;
    const train = (backend: string, localEpochs: number) => {
      use(backend);
      const trained = trainRound(createModel(document), data, base, 1, { ...config, localEpochs }, hooks);
      assert.ok(trained !== undefined);
      return trained;
    };

    it(`${name}: the loss falls, and is the reference engine's`, () => {
      const [first, last] = [train("wasm", 1), train("wasm", config.localEpochs)];
      assert.ok(last.loss < 0.8 * first.loss, `${first.loss} -> ${last.loss}`);
      const expected = train(REFERENCE, 3);
      const actual = train("wasm", 3);
      assert.ok(Math.abs(actual.loss - expected.loss) < 1e-3 * (1 + expected.loss), `${actual.loss}, ${expected.loss}`);
      const furthest = actual.values.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (expected.values[i] ?? 0))),
        0,
      );
      assert.ok(furthest < 5e-3, `a weight is ${furthest} away from the reference's`);
    });

    it(`${name}: a hundred rounds leave no tensors behind`, () => {
      use("wasm");
      const model = createModel(document);
      const few = { ...data, rows: 16 };
      const round = (number: number) => {
        trainRound(model, few, base, number, { ...config, localEpochs: 1 }, hooks);
        model.logits(base, few.features.subarray(0, few.rows * few.width), few.rows);
      };
      round(0);
      const { numTensors, numBytes, numDataBuffers } = tf.memory();
      for (let number = 1; number <= 100; number++) round(number);
      const after = tf.memory();
      assert.deepEqual(
        [after.numTensors, after.numBytes, after.numDataBuffers],
        [numTensors, numBytes, numDataBuffers],
      );
    });
  }
});
