import { SwarmError } from "../../errors.ts";
import { cut, quoted } from "../../quoted.ts";
import { ACTIVATIONS } from "../../task/layers.ts";
import { type Fields, textOf } from "./value.ts";

/** A layer of a task as one would write it, still to be checked by the task's schema. */
export type WrittenLayer = { type: string } & Fields;

/** What a Keras layer is in a task. */
export type Translated =
  | { kind: "layer"; layer: WrittenLayer }
  /** Nothing: the model's input. */
  | { kind: "input"; shape: unknown };

/** What is not carried over, in words. */
export type Note = (text: string) => void;

const KINDS: Record<string, (config: Reader) => WrittenLayer> = {
  Dense: (read) => ({ type: "dense", units: read.take("units"), ...read.unit() }),
  Conv2D: (read) => {
    read.only("dilation_rate", 1, [1, 1]);
    read.only("groups", 1);
    const { filters, kernel_size: kernelSize, strides, padding } = read.config;
    return { type: "conv2d", filters, kernelSize, ...given({ strides, padding }), ...read.unit() };
  },
  DepthwiseConv2D: (read) => {
    read.only("dilation_rate", 1, [1, 1]);
    const { kernel_size: kernelSize, padding, depth_multiplier: depthMultiplier } = read.config;
    const strides = read.oneForBoth("strides");
    return { type: "depthwiseConv2d", kernelSize, ...given({ strides, padding, depthMultiplier }), ...read.unit() };
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
  GlobalAveragePooling1D: (read) => {
    read.only("keepdims", false);
    return { type: "globalAveragePooling1d" };
  },
  Embedding: (read) => {
    read.only("mask_zero", false);
    return { type: "embedding", inputDim: read.take("input_dim"), outputDim: read.take("output_dim") };
  },
  LSTM: (read) => ({ type: "lstm", ...read.recurrent() }),
  GRU: (read) => {
    read.only("reset_after", false);
    return { type: "gru", ...read.recurrent() };
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
  const reader = new Reader(className, name, config, rank, note);
  const kind = Object.hasOwn(KINDS, className) ? KINDS[className] : undefined;
  if (kind === undefined) throw unknown(className, name);
  reader.trainingOnly();
  reader.only("data_format", "channels_last");
  return { kind: "layer", layer: { ...kind(reader), ...ownName(name) } };
}

/** Reads one layer's settings. */
class Reader {
  readonly config: Fields;
  readonly #where: string;
  /** Number of the last axis. */
  readonly last: number;
  readonly #note: Note;

  constructor(className: string, name: string, config: Fields, rank: number | undefined, note: Note) {
    this.config = config;
    this.#where = `layer ${quoted(name)} (${className})`;
    this.last = rank ?? 1;
    this.#note = note;
  }

  take(field: string): unknown {
    return this.config[field];
  }

  /** What a layer of weights has beside its size. */
  unit(): Fields {
    return { activation: this.activation(), ...given({ useBias: this.config.use_bias }) };
  }

  /** What a task's recurrent layers have; all else as it is by default there. */
  recurrent(): Fields {
    this.only("activation", "tanh");
    // Left out, it is another function in TensorFlow.js.
    if (this.config.recurrent_activation === undefined) this.#refuse("recurrent_activation", "sigmoid");
    this.only("recurrent_activation", "sigmoid");
    for (const field of ["go_backwards", "stateful", "return_state", "time_major"]) this.only(field, false);
    for (const field of ["dropout", "recurrent_dropout"]) this.only(field, 0);
    const { units, return_sequences: returnSequences, use_bias: useBias } = this.config;
    return { units, ...given({ returnSequences, useBias }) };
  }

  /** A size that is the same on both sides of a window. */
  oneForBoth(field: string): unknown {
    const value = this.config[field];
    return Array.isArray(value) && value.length === 2 && value[0] === value[1] ? (value[0] as unknown) : value;
  }

  pool(): Fields {
    return given({ poolSize: this.config.pool_size, strides: this.config.strides });
  }

  /** @throws SwarmError IMPORT_ACTIVATION for a function that tasks have not, or one that is no plain name */
  activation(): string {
    const { activation = "linear" } = this.config;
    const name = activation === null ? "linear" : activation === "silu" ? "swish" : activation;
    // At the model's end a softmax is the loss's; elsewhere the task's schema refuses it.
    if (typeof name === "string" && ((ACTIVATIONS as readonly string[]).includes(name) || name === "softmax"))
      return name;
    throw new SwarmError(
      "IMPORT_ACTIVATION",
      `${this.#where} has the activation ${quoted(name)}; a task's layers have ${ACTIVATIONS.join(", ")}`,
      { activation: typeof name === "string" ? cut(name) : typeof name },
    );
  }

  /** Refuses a setting other than the ones that a task's layers have; absent and null count as the first. */
  only(field: string, ...allowed: unknown[]): void {
    const value = this.config[field];
    if (value === undefined || value === null) return;
    if (allowed.some((one) => JSON.stringify(one) === plain(value))) return;
    this.#refuse(field, allowed[0]);
  }

  #refuse(field: string, wanted: unknown): never {
    const words = wanted === undefined ? "nothing" : JSON.stringify(wanted);
    const text = `${this.#where} has another ${field} than a task's layers have: there it is ${words}`;
    throw new SwarmError("IMPORT_LAYER", text, { field });
  }

  /** Over the last axis, with scale and offset. */
  normalization(): void {
    this.only("axis", -1, [-1], this.last, [this.last]);
    this.only("center", true);
    this.only("scale", true);
    this.only("rms_scaling", false);
  }

  trainingOnly(): void {
    const { config } = this;
    const fields = Object.keys(config).filter(
      (field) => /_(regularizer|constraint)$/.test(field) && config[field] !== null,
    );
    if (fields.length > 0)
      this.#note(
        `${this.#where}: ${fields.join(", ")} left out, which tasks do not have; outputs are the same, training is not`,
      );
    if (config.trainable === false)
      this.#note(`${this.#where} was frozen (trainable: false); in a task every layer is trained`);
  }
}

/** A short list or a plain value as JSON; what is nested deeper is none that is allowed. */
const plain = (value: unknown): string | undefined => {
  const nested = Array.isArray(value)
    ? value.length > 8 || value.some((item) => typeof item === "object")
    : typeof value === "object";
  return nested ? undefined : JSON.stringify(value);
};

const given = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));

/** Names that Keras and the export make up say nothing; a person's are kept where a task allows them. */
function ownName(name: string): { name?: string } {
  const madeUp =
    /^(dense|conv2d|depthwise_conv2d|max_pooling2d|average_pooling2d|global_average_pooling[12]d|embedding|lstm|gru|flatten|activation|re_lu|elu|dropout|layer_normalization|batch_normalization)(_\w*\d+)?$/;
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
