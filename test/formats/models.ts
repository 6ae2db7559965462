import { createModel } from "../../node/adapters/tfjs/model.ts";
import { scalingOf } from "../../node/core/statistics/scaling.ts";
import { initialWeights } from "../../node/core/task/initialModel.ts";
import { createPrng } from "../../node/core/prng.ts";
import type { TaskDocument } from "../../node/core/task/schema.ts";
import { inputShape } from "../../node/core/task/tensors.ts";
import type { Weights } from "../../node/core/weights.ts";
import { classProbabilities } from "../../node/core/figures/probabilities.ts";
import { documentOf, taskDocument, taskInput } from "../task/fixture.ts";

/** Models of all kinds of layers, for formats that have to say the same as the task's own engine. */
export const MODELS: Record<string, () => TaskDocument> = {
  "dense layers": () =>
    documentOf([
      { type: "dense", units: 5, activation: "relu" },
      { type: "dense", units: 3, useBias: false },
    ]),
  "every activation": () =>
    documentOf([
      ...["relu", "relu6", "elu", "selu", "sigmoid", "tanh", "softplus", "swish", "linear"].flatMap((activation, i) => [
        { type: "dense", units: 6, activation },
        ...(i % 2 === 0 ? [{ type: "activation", activation }] : []),
      ]),
      { type: "dense", units: 3 },
    ]),
  "normalizations and dropout": () =>
    documentOf([
      { type: "dense", units: 6 },
      { type: "batchNormalization", epsilon: 0.01 },
      { type: "dropout", rate: 0.4 },
      { type: "layerNormalization", epsilon: 0.02 },
      { type: "dense", units: 3 },
    ]),
  "convolutions with padding and strides": () =>
    documentOf(
      [
        { type: "conv2d", filters: 4, kernelSize: 3, padding: "same", strides: 2, activation: "relu" },
        { type: "conv2d", filters: 3, kernelSize: [2, 3], padding: "same", useBias: false },
        { type: "batchNormalization" },
        { type: "layerNormalization" },
        { type: "maxPooling2d", poolSize: 2, strides: 1, padding: "same" },
        { type: "averagePooling2d", poolSize: [2, 1], strides: 1 },
        { type: "activation", activation: "swish" },
        { type: "flatten" },
        { type: "dense", units: 3 },
      ],
      [7, 9, 2],
    ),
  "global pooling": () =>
    documentOf(
      [
        { type: "conv2d", name: "edges", filters: 5, kernelSize: 2, strides: [1, 2], activation: "tanh" },
        { type: "maxPooling2d" },
        { type: "globalAveragePooling2d" },
        { type: "dense", units: 3 },
      ],
      [8, 8, 1],
    ),
  "depthwise convolutions": () =>
    documentOf(
      [
        { type: "depthwiseConv2d", kernelSize: 3, padding: "same", depthMultiplier: 3, activation: "relu6" },
        { type: "depthwiseConv2d", kernelSize: [2, 1], strides: 2, useBias: false },
        { type: "conv2d", filters: 4, kernelSize: 1 },
        { type: "globalAveragePooling2d" },
        { type: "dense", units: 3 },
      ],
      [7, 6, 2],
    ),
  "LSTM and GRU, one behind the other": () =>
    documentOf(
      [
        { type: "lstm", units: 5, returnSequences: true },
        { type: "batchNormalization" },
        { type: "layerNormalization" },
        { type: "gru", units: 4, returnSequences: true, useBias: false },
        { type: "gru", units: 4 },
        { type: "dense", units: 3 },
      ],
      [6, 3],
    ),
  "the last step of an LSTM": () =>
    documentOf(
      [
        { type: "lstm", units: 4, useBias: false },
        { type: "dense", units: 3 },
      ],
      [5, 2],
    ),
  "an embedding, averaged": () =>
    documentOf([
      { type: "embedding", inputDim: 9, outputDim: 4 },
      { type: "globalAveragePooling1d" },
      { type: "dense", units: 3 },
    ]),
  "a sigmoid over rows that the task normalizes one by one": () =>
    taskDocument({
      model: {
        layers: [
          { type: "dense", units: 4, activation: "tanh" },
          { type: "dense", units: 1 },
        ],
        loss: "sigmoidCrossEntropy",
      },
      data: { ...taskInput().data, normalize: { mean: [1, -2, 0.5], std: [2, 0.5, 3] } },
    }),
  "images that the task normalizes as a whole": () => normalized({ mean: 0.5, std: 0.25 }),
  "images that the task normalizes channel by channel": () => {
    const document = normalized({ mean: 0, std: 1 });
    const { label } = document.data;
    const normalize = { mean: [0.5, -1], std: [0.25, 2] };
    const data = { format: "npz", label: { classes: label.classes }, inputShape: [2, 3, 2], normalize };
    return taskDocument({ data: data as never, model: document.model as never });
  },
  "images that the task normalizes place by place": () =>
    normalized({
      mean: Array.from({ length: 12 }, (_, i) => i / 10),
      std: Array.from({ length: 12 }, (_, i) => 1 + i / 5),
    }),
};

function normalized(normalize: object): TaskDocument {
  const data = {
    format: "csv",
    features: { columns: "x{1..12}" },
    label: { column: "y", classes: ["0", "1", "2"] },
    inputShape: [2, 3, 2],
    normalize,
  };
  const layers = [{ type: "conv2d", filters: 3, kernelSize: 2 }, { type: "flatten" }, { type: "dense", units: 3 }];
  return taskDocument({ data: data as never, model: { layers: layers as never, loss: "softmaxCrossEntropy" } });
}

/** Values that no initialization has: biases and statistics other than 0 and 1, variances above 0. */
export function randomWeights(document: TaskDocument, seed: number): Weights {
  const { specs } = initialWeights(document, seed);
  const prng = createPrng(seed);
  const values = specs.flatMap(({ name, shape }) =>
    Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () =>
      /(gamma|movingVariance)$/.test(name) ? 0.5 + prng.float() : prng.float() - 0.5,
    ),
  );
  return { specs, values: Float32Array.from(values) };
}

/** [rows, values of a row], as they would stand in a data file. */
export function randomRows(document: TaskDocument, rows: number): Float32Array {
  const width = inputShape(document).reduce((product, size) => product * size, 1);
  const prng = createPrng(99);
  const { model } = document;
  // An embedding takes whole numbers, of which it has as many rows.
  if ("layers" in model && model.layers[0]?.type === "embedding") {
    const { inputDim } = model.layers[0];
    return Float32Array.from({ length: rows * width }, () => Math.floor(inputDim * prng.float()));
  }
  return Float32Array.from({ length: rows * width }, () => 4 * prng.float() - 2);
}

/** What the task's own engine makes of such rows. Needs a started engine. */
export function ownOutputs(document: TaskDocument, weights: Weights, features: Float32Array, rows: number) {
  const normalize = scalingOf(document);
  const width = features.length / rows;
  const at = (value: number | number[], i: number): number =>
    typeof value === "number" ? value : (value[i % value.length] ?? Number.NaN);
  const prepared =
    normalize === "none"
      ? features
      : features.map((value, i) => (value - at(normalize.mean, i % width)) / at(normalize.std, i % width));
  const model = createModel(document);
  const logits = model.logits(weights.values, prepared, rows);
  const probabilities = classProbabilities(logits, rows, model.outputs);
  // A sigmoid's file gives the second class alone.
  return {
    prepared,
    logits,
    outputs: model.outputs === 1 ? probabilities.filter((_, i) => i % 2 === 1) : probabilities,
  };
}
