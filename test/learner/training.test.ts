import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { startEngine } from "../../node/adapters/tfjs/engine.ts";
import { sigmoidCrossEntropy, softmaxCrossEntropy } from "../../node/adapters/tfjs/loss.ts";
import { createModel } from "../../node/adapters/tfjs/model.ts";
import { trainRound } from "../../node/adapters/tfjs/train.ts";
import { createPrng } from "../../node/core/prng.ts";
import { initialModel } from "../../node/core/task/initialModel.ts";
import { tensorSpecs } from "../../node/core/task/tensors.ts";
import { documentOf, taskDocument, taskInput } from "../task/fixture.ts";

const image = [6, 6, 2];
const conv = { type: "conv2d", filters: 3, kernelSize: 3 } as const;

describe("local training", () => {
  before(() => startEngine());

  it("training leaves no tensors behind, and lowers the loss", () => {
    const document = documentOf(
      [
        conv,
        { type: "batchNormalization" },
        { type: "maxPooling2d" },
        { type: "flatten" },
        { type: "dropout", rate: 0.2 },
        { type: "dense", units: 3 },
      ],
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
    assert.ok(
      trained !== undefined && first !== undefined && trained.loss < first.loss / 2,
      `${first?.loss} -> ${trained?.loss}`,
    );
    const again = trainRound(model, data, base, 1, config, hooks);
    assert.deepEqual(again?.values, trained.values);
  });

  it("a batch's statistics move the running ones by the layer's momentum", () => {
    const document = documentOf([
      { type: "batchNormalization", momentum: 0.75 },
      { type: "dense", units: 3 },
    ]);
    const values = initialModel(document, 1).values.slice();
    const names = tensorSpecs(document).flatMap(({ name, shape }) =>
      Array.from({ length: shape[0] === 4 && shape.length === 2 ? 12 : (shape[0] ?? 1) }, () => name),
    );
    const features = Float32Array.of(1, 2, 3, 4, 3, 6, 3, 0);
    createModel(document).gradients(values, features, Int32Array.of(0, 1), new Float32Array(values.length), () => 0);
    const part = (name: string) => [...values].filter((_, i) => names[i] === `0.batchNormalization.${name}`);
    assert.deepEqual(part("movingMean"), [0.5, 1, 0.75, 0.5]);
    assert.deepEqual(part("movingVariance"), [1, 1.75, 0.75, 1.75]);
  });

  it("dropout silences the given share while training, and none while evaluating", () => {
    const document = documentOf([
      { type: "dropout", rate: 0.5 },
      { type: "dense", units: 3 },
    ]);
    const model = createModel(document);
    const { values } = initialModel(document, 2);
    const ones = Float32Array.of(1, 1, 1, 1);
    const label = Int32Array.of(1);
    const loss = (random: () => number) =>
      model.gradients(values, ones, label, new Float32Array(values.length), random);
    const lossOf = (features: Float32Array) => softmaxCrossEntropy(model.logits(values, features, 1), label).sum;
    assert.equal(
      loss(() => 0),
      lossOf(Float32Array.of(0, 0, 0, 0)),
    );
    assert.equal(
      loss(() => 0.5),
      lossOf(Float32Array.of(2, 2, 2, 2)),
    );
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
    const document = taskDocument({
      ...input,
      training: { ...input.training, optimizer: { type: "sgd", learningRate: 1e30 } },
    });
    const data = {
      features: new Float32Array(96).fill(3),
      labels: Int32Array.from({ length: 32 }, (_, i) => i % 2),
      rows: 32,
      width: 3,
    };
    const train = () =>
      trainRound(createModel(document), data, initialModel(document, 1).values, 1, document.training, {
        stopped: () => false,
        onBatch() {},
      });
    assert.throws(train, { code: "TRAINING_DIVERGED", message: /lower the learning rate/ });
  });
});
