import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { importLayers } from "../../node/core/formats/import/importLayers.ts";
import { encodeLayersModel } from "../../node/core/formats/layersModel.ts";
import { type Json, keras } from "./layersModelFiles.ts";
import { MODELS, randomWeights } from "./models.ts";

const functional = (inbound: (name: string) => unknown): Json => {
  const layer = (class_name: string, name: string, config: Json, before?: string) => ({
    class_name,
    name,
    config: { name, ...config },
    inbound_nodes: before === undefined ? [] : inbound(before),
  });
  const inner = [
    layer("InputLayer", "in", { batch_shape: [null, 3] }),
    layer("Dense", "a", { units: 4, activation: "silu" }, "in"),
    layer("Dense", "b", { units: 1, activation: "sigmoid" }, "a"),
  ];
  return { model_config: { class_name: "Functional", config: { name: "m", layers: inner } } };
};

test("a Functional model that is one chain, as Keras 2 and Keras 3 write it", () => {
  const two = importLayers(functional((name) => [[[name, 0, 0, {}]]]));
  const history = (name: string) => ({ class_name: "__keras_tensor__", config: { keras_history: [name, 0, 0] } });
  const three = importLayers(functional((name) => [{ args: [history(name)], kwargs: {} }]));
  assert.deepEqual(three.layers, two.layers);
  assert.deepEqual(two.written, [
    { type: "dense", units: 4, activation: "swish", name: "a" },
    { type: "dense", units: 1, name: "b" },
  ]);
  assert.equal(two.loss, "sigmoidCrossEntropy");
  assert.throws(
    () =>
      importLayers(
        functional(() => [
          [
            ["in", 0, 0, {}],
            ["a", 0, 0, {}],
          ],
        ]),
      ),
    { code: "IMPORT_LAYER", message: /one chain/ },
  );
});

const REFUSED: [string, Json, string, RegExp][] = [
  [
    "gates of another function",
    { class_name: "LSTM", config: { name: "f", units: 2, recurrent_activation: "hard_sigmoid" } },
    "IMPORT_LAYER",
    /recurrent_activation.*"sigmoid"/,
  ],
  [
    "gates whose function is left to a default that differs",
    { class_name: "LSTM", config: { name: "f", units: 2 } },
    "IMPORT_LAYER",
    /recurrent_activation/,
  ],
  [
    "a GRU that resets after the product",
    { class_name: "GRU", config: { name: "f", units: 2, recurrent_activation: "sigmoid", reset_after: true } },
    "IMPORT_LAYER",
    /reset_after/,
  ],
  [
    "strides that differ, of a depthwise convolution",
    { class_name: "DepthwiseConv2D", config: { name: "f", kernel_size: [1, 1], strides: [1, 2] } },
    "IMPORT_LAYER",
    /strides/,
  ],
  [
    "an embedding in the middle",
    { class_name: "Embedding", config: { name: "f", input_dim: 3, output_dim: 2 } },
    "IMPORT_LAYER",
    /first layer/,
  ],

  [
    "a Lambda layer, which is code",
    { class_name: "Lambda", config: { name: "f", function: ["4wEAAA==", null, null] } },
    "IMPORT_LAYER",
    /code/,
  ],
  ["a layer of somebody's own", { class_name: "MyLayer", config: { name: "f" } }, "IMPORT_LAYER", /MyLayer.*Dense/],
  [
    "a name of an object's own methods",
    { class_name: "constructor", config: { name: "f" } },
    "IMPORT_LAYER",
    /constructor/,
  ],
  ["a model in a model", keras(), "IMPORT_LAYER", /Sequential/],
  [
    "an unknown activation",
    { class_name: "Activation", config: { name: "f", activation: "gelu" } },
    "IMPORT_ACTIVATION",
    /gelu/,
  ],
  [
    "an activation that is an object",
    { class_name: "Activation", config: { name: "f", activation: { class_name: "X" } } },
    "IMPORT_ACTIVATION",
    /object/,
  ],
  [
    "a softmax in the middle",
    { class_name: "Activation", config: { name: "f", activation: "softmax" } },
    "IMPORT_LAYER",
    /softmax/,
  ],
  [
    "normalization over another axis",
    { class_name: "BatchNormalization", config: { name: "f", axis: 0 } },
    "IMPORT_LAYER",
    /axis/,
  ],
  ["no scale", { class_name: "LayerNormalization", config: { name: "f", scale: false } }, "IMPORT_LAYER", /scale/],
  [
    "a leaky ReLU",
    { class_name: "ReLU", config: { name: "f", negative_slope: 0.1 } },
    "IMPORT_LAYER",
    /negative_slope/,
  ],
  [
    "a dilated convolution",
    { class_name: "Conv2D", config: { name: "f", dilation_rate: [2, 2] } },
    "IMPORT_LAYER",
    /dilation_rate/,
  ],
  [
    "channels first",
    { class_name: "Flatten", config: { name: "f", data_format: "channels_first" } },
    "IMPORT_LAYER",
    /data_format/,
  ],
  ["a rate that is none", { class_name: "Dropout", config: { name: "f", rate: 2 } }, "IMPORT_LAYER", /rate/],
  ["millions of units", { class_name: "Dense", config: { name: "f", units: 1e9 } }, "IMPORT_LAYER", /units/],
  [
    "an image layer on flat rows",
    { class_name: "GlobalAveragePooling2D", config: { name: "f" } },
    "IMPORT_LAYER",
    /height, width, channels/,
  ],
  [
    "preparation of rows",
    { class_name: "Rescaling", config: { name: "f", scale: 2 } },
    "IMPORT_LAYER",
    /data\.normalize/,
  ],
];

describe("layers that a task cannot have are refused by name", () => {
  assert.equal(importLayers(keras()).layers.length, 2, "without them the model is fine");
  for (const [what, layer, code, message] of REFUSED)
    it(what, () => assert.throws(() => importLayers(keras(layer)), { code, message }));
});

test("what matters for training only is taken, with a note", () => {
  const frozen = {
    class_name: "Dense",
    config: { name: "f", units: 4, trainable: false, kernel_regularizer: { l2: 1 } },
  };
  const { notes } = importLayers(keras(frozen));
  assert.equal(notes.length, 2);
  assert.match(notes.join(), /kernel_regularizer.*frozen/s);
});

test("the normalization that an export adds is the task's business", () => {
  const document = MODELS["images that the task normalizes place by place"]?.();
  assert.ok(document !== undefined);
  const files = encodeLayersModel({ document, weights: randomWeights(document, 1), bare: false, about: {} });
  assert.throws(() => importLayers(JSON.parse(files["model.json"]).modelTopology), {
    code: "IMPORT_LAYER",
    message: /--bare/,
  });
});
