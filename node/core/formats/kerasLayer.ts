import { SwarmError } from "../errors.ts";
import type { Layer } from "../task/layers.ts";
import { bothSides, type LayerTensor } from "../task/shapes.ts";

/** A layer as Keras writes it. */
export interface KerasLayer {
  class_name: string;
  config: Record<string, unknown>;
}

/** What Keras calls a layer's tensors. */
export const KERAS_TENSORS: Record<LayerTensor["name"], string> = {
  kernel: "kernel",
  depthwiseKernel: "depthwise_kernel",
  recurrentKernel: "recurrent_kernel",
  embeddings: "embeddings",
  bias: "bias",
  gamma: "gamma",
  beta: "beta",
  movingMean: "moving_mean",
  movingVariance: "moving_variance",
};

/** @throws SwarmError EXPORT_LAYER for a kind that this format is not written for */
export function kerasLayer(layer: Layer, name: string): KerasLayer {
  const common = { name, trainable: true, dtype: "float32" };
  const images = { data_format: "channels_last" };
  switch (layer.type) {
    case "dense": {
      const { units, activation, useBias } = layer;
      return { class_name: "Dense", config: { ...common, units, activation, use_bias: useBias } };
    }
    case "conv2d": {
      const { filters, activation, padding, useBias } = layer;
      const window = { kernel_size: bothSides(layer.kernelSize), strides: bothSides(layer.strides), padding };
      const config = { ...common, ...images, ...window, filters, dilation_rate: [1, 1], activation, use_bias: useBias };
      return { class_name: "Conv2D", config };
    }
    case "depthwiseConv2d": {
      const { activation, padding, useBias, depthMultiplier } = layer;
      const window = { kernel_size: bothSides(layer.kernelSize), strides: bothSides(layer.strides), padding };
      const config = { ...common, ...images, ...window, depth_multiplier: depthMultiplier, dilation_rate: [1, 1] };
      return { class_name: "DepthwiseConv2D", config: { ...config, activation, use_bias: useBias } };
    }
    case "embedding": {
      const { inputDim, outputDim } = layer;
      const config = { ...common, input_dim: inputDim, output_dim: outputDim, mask_zero: false };
      return { class_name: "Embedding", config };
    }
    case "lstm":
    case "gru": {
      const gates = { activation: "tanh", recurrent_activation: "sigmoid", return_sequences: layer.returnSequences };
      const config = { ...common, ...gates, units: layer.units, use_bias: layer.useBias };
      if (layer.type === "lstm") return { class_name: "LSTM", config };
      return { class_name: "GRU", config: { ...config, reset_after: false } };
    }
    case "maxPooling2d":
    case "averagePooling2d": {
      const padding = layer.type === "maxPooling2d" ? layer.padding : "valid";
      const strides = bothSides(layer.strides ?? layer.poolSize);
      const config = { ...common, ...images, pool_size: bothSides(layer.poolSize), strides, padding };
      return { class_name: layer.type === "maxPooling2d" ? "MaxPooling2D" : "AveragePooling2D", config };
    }
    case "globalAveragePooling2d":
      return { class_name: "GlobalAveragePooling2D", config: { ...common, ...images } };
    case "globalAveragePooling1d":
      return { class_name: "GlobalAveragePooling1D", config: common };
    case "flatten":
      return { class_name: "Flatten", config: { ...common, ...images } };
    case "activation":
      return { class_name: "Activation", config: { ...common, activation: layer.activation } };
    case "dropout":
      return { class_name: "Dropout", config: { ...common, rate: layer.rate } };
    case "layerNormalization":
      return {
        class_name: "LayerNormalization",
        config: { ...common, axis: [-1], epsilon: layer.epsilon, center: true, scale: true },
      };
    case "batchNormalization": {
      const { momentum, epsilon } = layer;
      const config = { ...common, axis: -1, momentum, epsilon, center: true, scale: true };
      return { class_name: "BatchNormalization", config };
    }
    default:
      throw unsupported(layer, "TensorFlow.js");
  }
}

/** @param format for people */
export function unsupported(layer: { type: string }, format: string): SwarmError {
  const text = `a layer of type ${layer.type} cannot be exported to ${format} yet: export the model as safetensors`;
  return new SwarmError("EXPORT_LAYER", text, { type: layer.type });
}
