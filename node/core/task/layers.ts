import { z } from "zod";

/** Activations a layer may name: all have gradients on the WebAssembly engine. */
export const ACTIVATIONS = ["linear", "relu", "relu6", "elu", "selu", "sigmoid", "tanh", "softplus", "swish"] as const;
export type Activation = (typeof ACTIVATIONS)[number];

const activation = z.enum(ACTIVATIONS).default("linear");
const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,31}$/, "a letter, then letters, digits or _ (32 at the most)")
  .optional();
const useBias = z.boolean().default(true);
const padding = z.enum(["valid", "same"]).default("valid");
const side = z.int().min(1).max(64);
/** One number for both sides of a window, or [height, width]. */
const pair = z.union([side, z.tuple([side, side])]);
const pooling = { name, poolSize: pair.default(2), strides: pair.optional() };

/** Its tensors stay at each node: trained there, in no update, merged by nobody (FedBN, Li et al. 2021, for batch normalization). */
const local = z.boolean().optional();

const recurrent = {
  name,
  units: z.int().min(1).max(4096),
  /** All steps' outputs instead of the last one's. */
  returnSequences: z.boolean().default(false),
  useBias,
  local,
};

/** What a model may be made of: Keras-style layers, data and no code. Every tensor of a layer is trained and merged, unless it is `local`. */
export const layerSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("dense"), name, units: z.int().min(1).max(65536), activation, useBias, local }),
  z.strictObject({
    type: z.literal("conv2d"),
    name,
    filters: z.int().min(1).max(4096),
    kernelSize: pair,
    strides: pair.default(1),
    padding,
    activation,
    useBias,
    local,
  }),
  z.strictObject({
    type: z.literal("depthwiseConv2d"),
    name,
    kernelSize: pair,
    /** One for both sides: the native engine knows no others. */
    strides: side.default(1),
    padding,
    depthMultiplier: z.int().min(1).max(64).default(1),
    activation,
    useBias,
    local,
  }),
  z.strictObject({ type: z.literal("maxPooling2d"), ...pooling, padding }),
  // Without padding: TensorFlow.js 4.22 computes its gradient as if windows over the edge were full.
  z.strictObject({ type: z.literal("averagePooling2d"), ...pooling }),
  z.strictObject({ type: z.literal("globalAveragePooling2d"), name }),
  z.strictObject({ type: z.literal("globalAveragePooling1d"), name }),
  z.strictObject({ type: z.literal("flatten"), name }),
  /** Of whole numbers from 0 to less than inputDim, one per column. */
  z.strictObject({
    type: z.literal("embedding"),
    name,
    inputDim: z.int().min(1).max(1_000_000),
    outputDim: z.int().min(1).max(4096),
    local,
  }),
  /** Hochreiter and Schmidhuber 1997, with forget gates; gates in the order input, forget, cell, output. */
  z.strictObject({ type: z.literal("lstm"), ...recurrent }),
  /** Cho et al. 2014: the reset gate before the product, as Keras's resetAfter: false; gates in the order update, reset, candidate. */
  z.strictObject({ type: z.literal("gru"), ...recurrent }),
  z.strictObject({ type: z.literal("activation"), name, activation: z.enum(ACTIVATIONS) }),
  z.strictObject({ type: z.literal("dropout"), name, rate: z.number().min(0).max(0.9) }),
  z.strictObject({
    type: z.literal("layerNormalization"),
    name,
    epsilon: z.number().min(1e-7).max(1).default(1e-3),
    local,
  }),
  z.strictObject({
    type: z.literal("batchNormalization"),
    name,
    momentum: z.number().min(0).max(1).default(0.99),
    epsilon: z.number().min(1e-7).max(1).default(1e-3),
    local,
  }),
]);

export type Layer = z.output<typeof layerSchema>;
