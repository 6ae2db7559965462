import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { layers, type LayersModel, sequential } from "@tensorflow/tfjs-layers";
import { startEngine } from "../../node/adapters/tfjs/engine.ts";
import { encodeLayersModel } from "../../node/core/formats/layersModel.ts";
import { allTensorSpecs, inputShape } from "../../node/core/task/tensors.ts";
import { documentOf, taskDocument } from "../task/fixture.ts";
import { imported, written } from "./layersModelFiles.ts";
import { MODELS, ownOutputs, randomRows, randomWeights } from "./models.ts";

await startEngine();

/** What TensorFlow.js itself writes. */
async function saved(model: LayersModel): Promise<string> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  const handler = tf.io.withSaveHandler(async (given) => {
    artifacts = given;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
  });
  await model.save(handler);
  assert.ok(artifacts !== undefined);
  const { modelTopology, weightSpecs, weightData } = artifacts;
  const json = {
    format: "layers-model",
    modelTopology,
    weightsManifest: [{ paths: ["weights.bin"], weights: weightSpecs }],
  };
  return written(json, new Uint8Array(weightData as ArrayBuffer));
}

describe("what was exported bare comes back as the same layers and the same weights", () => {
  for (const [name, make] of Object.entries(MODELS)) {
    it(name, async () => {
      const document = make();
      const weights = randomWeights(document, 5);
      const files = encodeLayersModel({ document, weights, bare: true, about: {} });
      const back = await imported(await written(JSON.parse(files["model.json"]), files["weights.bin"]));
      assert.ok("layers" in document.model);
      assert.deepEqual(back.layers.length, document.model.layers.length);
      // Windows are written out for both sides; all else is the same.
      const wanted = document.model.layers.map((rest) => {
        if (rest.type === "maxPooling2d" || rest.type === "averagePooling2d")
          return { ...rest, poolSize: pair(rest.poolSize), strides: pair(rest.strides ?? rest.poolSize) };
        if (rest.type === "depthwiseConv2d") return { ...rest, kernelSize: pair(rest.kernelSize) };
        return rest.type === "conv2d"
          ? { ...rest, kernelSize: pair(rest.kernelSize), strides: pair(rest.strides) }
          : rest;
      });
      assert.deepEqual(back.layers, wanted);
      assert.deepEqual(back.input, inputShape(document));
      assert.equal(back.loss, document.model.loss);
      assert.deepEqual(back.weights, weights);
    });
  }
});

const pair = (value: number | [number, number]): [number, number] =>
  typeof value === "number" ? [value, value] : value;

test("a model that TensorFlow.js saved gives the same probabilities as a task's model", async () => {
  const model = sequential({
    layers: [
      layers.conv2d({
        inputShape: [6, 6, 1],
        filters: 3,
        kernelSize: 3,
        activation: "relu",
        kernelInitializer: "glorotNormal",
      }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dropout({ rate: 0.25 }),
      layers.dense({ units: 8, activation: "elu", name: "hidden", biasInitializer: "randomNormal" }),
      layers.batchNormalization(),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
  });
  const { written: found, loss, input, weights } = await imported(await saved(model));
  assert.deepEqual([loss, input], ["softmaxCrossEntropy", [6, 6, 1]]);
  assert.deepEqual(
    found.map(({ type, name }) => name ?? type),
    ["conv2d", "maxPooling2d", "flatten", "dropout", "hidden", "batchNormalization", "dense"],
  );
  const document = documentOf(found, input);
  assert.deepEqual(weights.specs, allTensorSpecs(document));
  const rows = randomRows(document, 4);
  const { outputs } = ownOutputs(document, weights, rows, 4);
  const theirs = tf.tidy(() => (model.predict(tf.tensor(rows, [4, 6, 6, 1])) as tf.Tensor).dataSync());
  for (const [i, value] of theirs.entries()) assert.ok(Math.abs(value - (outputs[i] as number)) < 1e-5, `${i}`);
});

// Made by fixtures/keras/make_reference.py: a .keras and an .h5 file of Keras 3, through examples/keras/to_layers_model.py.
const KERAS = join(import.meta.dirname, "fixtures/keras");
const { madeBy, ...keras } = JSON.parse(readFileSync(join(KERAS, "outputs.json"), "utf8")) as {
  madeBy: string;
} & Record<string, { rows: number[]; outputs: number[] }>;

describe("a model of Keras 3 gives what Keras gives, within 1e-5", () => {
  for (const [name, { rows, outputs }] of Object.entries(
    keras as Record<string, { rows: number[]; outputs: number[] }>,
  )) {
    it(`${name} (${madeBy})`, async () => {
      const { written: found, loss, input, weights } = await imported(join(KERAS, name, "model.json"));
      const classes = loss === "sigmoidCrossEntropy" ? ["no", "yes"] : ["0", "1", "2"];
      const features = { columns: `x{1..${input.reduce((product, size) => product * size, 1)}}` };
      const data = { format: "csv", features, label: { column: "y", classes }, inputShape: input };
      const document = taskDocument({ data: data as never, model: { layers: found as never, loss } });
      const own = ownOutputs(document, weights, Float32Array.from(rows), 4).outputs;
      assert.equal(own.length, outputs.length);
      for (const [i, value] of outputs.entries()) assert.ok(Math.abs(value - (own[i] as number)) < 1e-5, `output ${i}`);
    });
  }
});
