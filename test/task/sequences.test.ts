import assert from "node:assert/strict";
import { test } from "node:test";
import { initialModel } from "../../node/core/task/initialModel.ts";
import { tensorSpecs } from "../../node/core/task/tensors.ts";
import { documentOf, problemsWith } from "./fixture.ts";

const dense = { type: "dense", units: 3 };
const shapes = (layers: object[], input?: number[]) =>
  Object.fromEntries(tensorSpecs(documentOf(layers, input)).map(({ name, shape }) => [name, shape]));

test("recurrent layers have their gates side by side: four of an LSTM, three of a GRU", () => {
  assert.deepEqual(
    shapes(
      [{ type: "lstm", units: 5, returnSequences: true }, { type: "gru", units: 6, useBias: false }, dense],
      [7, 2],
    ),
    {
      "0.lstm.bias": [20],
      "0.lstm.kernel": [2, 20],
      "0.lstm.recurrentKernel": [5, 20],
      "1.gru.kernel": [5, 18],
      "1.gru.recurrentKernel": [6, 18],
      "2.dense.bias": [3],
      "2.dense.kernel": [6, 3],
    },
  );
});

test("embeddings have a row for each number, depthwise kernels one for each channel and output", () => {
  assert.deepEqual(
    shapes([{ type: "embedding", inputDim: 9, outputDim: 4 }, { type: "globalAveragePooling1d" }, dense]),
    {
      "0.embedding.embeddings": [9, 4],
      "2.dense.bias": [3],
      "2.dense.kernel": [4, 3],
    },
  );
  const depthwise = { type: "depthwiseConv2d", kernelSize: [3, 2], depthMultiplier: 2, strides: 2, padding: "same" };
  assert.deepEqual(shapes([depthwise, { type: "flatten" }, dense], [5, 4, 3]), {
    "0.depthwiseConv2d.bias": [6],
    "0.depthwiseConv2d.depthwiseKernel": [3, 2, 3, 2],
    "2.dense.bias": [3],
    "2.dense.kernel": [36, 3],
  });
});

test("a first model: forget gates are open, embeddings small, kernels drawn", () => {
  const document = documentOf([{ type: "embedding", inputDim: 9, outputDim: 4 }, { type: "lstm", units: 2 }, dense]);
  const { specs, values } = initialModel(document, 3);
  let offset = 0;
  const parts = new Map<string, Float32Array>();
  for (const { name, shape } of specs) {
    const size = shape.reduce((product, side) => product * side, 1);
    parts.set(name, values.subarray(offset, offset + size));
    offset += size;
  }
  assert.deepEqual([...(parts.get("1.lstm.bias") ?? [])], [0, 0, 1, 1, 0, 0, 0, 0]);
  const embeddings = [...(parts.get("0.embedding.embeddings") ?? [])];
  assert.ok(embeddings.every((value) => Math.abs(value) <= 0.05) && embeddings.some((value) => Math.abs(value) > 0.04));
  assert.ok(parts.get("1.lstm.recurrentKernel")?.every((value) => value !== 0 && Math.abs(value) <= Math.sqrt(6 / 10)));
});

const data = { format: "csv", features: { columns: "x{1..6}" }, label: { column: "y", classes: ["no", "yes"] } };
const two = { type: "dense", units: 2 };

for (const [what, layers, more, says] of [
  ["an LSTM of flat rows", [{ type: "lstm", units: 2 }, two], {}, /needs \[steps, features\], but gets \[6\]/],
  [
    "a GRU after one that gives its end only",
    [{ type: "gru", units: 2 }, { type: "gru", units: 2 }, two],
    { inputShape: [3, 2] },
    /model\.layers\[1\].*returnSequences/s,
  ],
  [
    "an embedding that is not the first layer",
    [{ type: "activation", activation: "relu" }, { type: "embedding", inputDim: 5, outputDim: 2 }, two],
    {},
    /has to be the first layer/,
  ],
  [
    "an embedding of normalized values",
    [{ type: "embedding", inputDim: 5, outputDim: 2 }, { type: "flatten" }, two],
    { normalize: { mean: 0, std: 2 } },
    /normalize has to be none/,
  ],
  [
    "an embedding of sequences of vectors",
    [{ type: "embedding", inputDim: 5, outputDim: 2 }, two],
    { inputShape: [3, 2] },
    /one whole number per column/,
  ],
  [
    "a depthwise convolution of flat rows",
    [{ type: "depthwiseConv2d", kernelSize: 2 }, two],
    {},
    /needs \[height, width, channels\]/,
  ],
  [
    "a sequence that is too long",
    [{ type: "lstm", units: 2 }, two],
    { features: { columns: "x{1..600}" }, inputShape: [600, 1] },
    /512 steps at the most/,
  ],
] as const) {
  test(`refused: ${what}`, () => {
    const problems = problemsWith({ model: { layers, loss: "softmaxCrossEntropy" }, data: { ...data, ...more } });
    assert.match(problems.join("\n"), says);
  });
}
