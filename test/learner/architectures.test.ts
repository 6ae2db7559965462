import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { startEngine } from "../../node/adapters/tfjs/engine.ts";
import { createModel } from "../../node/adapters/tfjs/model.ts";
import { trainRound } from "../../node/adapters/tfjs/train.ts";
import { initialModel } from "../../node/core/task/initialModel.ts";
import { documentOf } from "../task/fixture.ts";
import { ARCHITECTURES, rowsOf } from "./support/architectures.ts";
import { REFERENCE, use } from "./kernels/support.ts";

const hooks = { stopped: () => false, onBatch() {} };

describe("training of each kind of model", () => {
  before(() => startEngine());

  for (const [name, architecture] of Object.entries(ARCHITECTURES)) {
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
