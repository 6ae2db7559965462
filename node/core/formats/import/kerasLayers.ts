import { SwarmError } from "../../errors.ts";
import { cut, quoted } from "../../quoted.ts";
import { given, LayerReader, type Note } from "./layerReader.ts";
import { type Fields, textOf } from "./value.ts";

/** A layer of a task as one would write it, still to be checked by the task's schema. */
export type WrittenLayer = { type: string } & Fields;

/** What a Keras layer is in a task. */
export type Translated =
  | { kind: "layer"; layer: WrittenLayer }
  /** Nothing: the model's input. */
  | { kind: "input"; shape: unknown };

const KINDS: Record<string, (config: LayerReader) => WrittenLayer> = {
  Dense: (read) => ({ type: "dense", units: read.take("units"), ...read.unit() }),
  Conv2D: (read) => {
    read.only("dilation_rate", 1, [1, 1]);
    read.only("groups", 1);
    const { filters, kernel_size: kernelSize, strides, padding } = read.config;
    return { type: "conv2d", filters, kernelSize, ...given({ strides, padding }), ...read.unit() };
  },
  MaxPooling2D: (read) => ({ type: "maxPooling2d", ...read.pool(), ...given({ padding: read.config.padding }) }),
  AveragePooling2D: (read) => {
    read.only("padding", "valid");
    return { type: "averagePooling2d", ...read.pool() };
  },
  GlobalAveragePooling2D: (read) => {
    read.only("keepdims", false);
    return { type: "globalAveragePooling2d" };
  },
  Flatten: () => ({ type: "flatten" }),
  Activation: (read) => ({ type: "activation", activation: read.activation() }),
  Softmax: (read) => {
    read.only("axis", -1, [-1], read.last, [read.last]);
    return { type: "activation", activation: "softmax" };
  },
  ReLU: (read) => {
    read.only("negative_slope", 0, [0]);
    read.only("threshold", 0, [0]);
    read.only("max_value", 6);
    return { type: "activation", activation: read.config.max_value === 6 ? "relu6" : "relu" };
  },
  ELU: (read) => {
    read.only("alpha", 1);
    return { type: "activation", activation: "elu" };
  },
  Dropout: (read) => {
    read.only("noise_shape");
    return { type: "dropout", rate: read.take("rate") };
  },
  LayerNormalization: (read) => {
    read.normalization();
    return { type: "layerNormalization", ...given({ epsilon: read.config.epsilon }) };
  },
  BatchNormalization: (read) => {
    read.normalization();
    const { momentum, epsilon } = read.config;
    return { type: "batchNormalization", ...given({ momentum, epsilon }) };
  },
};

/** Layers that hold somebody's code or formula. */
const CODE = new Set(["Lambda", "TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"]);
const PREPROCESSING = new Set(["Normalization", "Rescaling", "Resizing", "CenterCrop"]);

/**
 * One Keras layer as a layer of a task. Whatever could change its outputs and has no place there is refused; what matters for training only is noted.
 * @param rank dimensions of what the layer gets, without rows; undefined where that is not known
 * @throws SwarmError IMPORT_LAYER, IMPORT_ACTIVATION, IMPORT_FORMAT
 */
export function translateLayer(className: string, config: Fields, rank: number | undefined, note: Note): Translated {
  const name = textOf(config.name ?? className, "a layer's name");
  if (className === "InputLayer") return { kind: "input", shape: config.batch_input_shape ?? config.batch_shape };
  const reader = new LayerReader(className, name, config, rank, note);
  const kind = Object.hasOwn(KINDS, className) ? KINDS[className] : undefined;
  if (kind === undefined) throw unknown(className, name);
  reader.trainingOnly();
  reader.only("data_format", "channels_last");
  return { kind: "layer", layer: { ...kind(reader), ...ownName(name) } };
}

/** Names that Keras and the export make up say nothing; a person's are kept where a task allows them. */
function ownName(name: string): { name?: string } {
  const madeUp =
    /^(dense|conv2d|max_pooling2d|average_pooling2d|global_average_pooling2d|flatten|activation|re_lu|elu|dropout|layer_normalization|batch_normalization)(_\w*\d+)?$/;
  return /^[A-Za-z]\w{0,31}$/.test(name) && !madeUp.test(name) ? { name } : {};
}

function unknown(className: string, name: string): SwarmError {
  const what = `layer ${quoted(name)} is a ${cut(className)}`;
  const data = { className: cut(className) };
  if (CODE.has(className)) {
    const text = `${what}, which is code: a task's model is data alone, and nothing of a model's file is ever run`;
    return new SwarmError("IMPORT_LAYER", text, data);
  }
  if (PREPROCESSING.has(className)) {
    const text = `${what}: tasks prepare rows before the model, with data.normalize; save the model without this layer`;
    return new SwarmError("IMPORT_LAYER", text, data);
  }
  const text = `${what}, which tasks do not have; they have ${Object.keys(KINDS).join(", ")}`;
  return new SwarmError("IMPORT_LAYER", text, data);
}
