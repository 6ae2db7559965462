import * as tf from "@tensorflow/tfjs-core";
import type { Activation, Layer } from "../../core/task/layers.ts";
import { bothSides, type LayerTensor } from "../../core/task/shapes.ts";
import { applyRecurrent } from "./recurrent.ts";

/** What differs between training and evaluating. */
export interface Pass {
  training: boolean;
  /** Numbers for dropout, from 0 to less than 1. */
  random(): number;
  /** Told a batch's own statistics, for the running ones. */
  moved(layerIndex: number, mean: tf.Tensor, variance: tf.Tensor): void;
}

/** The layer's tensors, by what they are. */
export type TensorOf = (name: LayerTensor["name"]) => tf.Tensor;

/**
 * One layer's output. Products, biases and activations stay separate while training: the fused operations compute the gradient of a
 * model's input too, which nobody needs.
 * @param x [rows, ...] as the task's shapes say
 */
export function applyLayer(layer: Layer, index: number, x: tf.Tensor, tensorOf: TensorOf, pass: Pass): tf.Tensor {
  switch (layer.type) {
    case "dense": {
      const product = tf.matMul(x, tensorOf("kernel"));
      return activate(layer.useBias ? tf.add(product, tensorOf("bias")) : product, layer.activation);
    }
    case "conv2d": {
      const result = tf.conv2d(
        x as tf.Tensor4D,
        tensorOf("kernel") as tf.Tensor4D,
        bothSides(layer.strides),
        layer.padding,
      );
      return activate(layer.useBias ? tf.add(result, tensorOf("bias")) : result, layer.activation);
    }
    case "depthwiseConv2d": {
      const kernel = tensorOf("depthwiseKernel") as tf.Tensor4D;
      const result = tf.depthwiseConv2d(x as tf.Tensor4D, kernel, layer.strides, layer.padding);
      return activate(layer.useBias ? tf.add(result, tensorOf("bias")) : result, layer.activation);
    }
    case "maxPooling2d":
      return tf.maxPool(
        x as tf.Tensor4D,
        bothSides(layer.poolSize),
        bothSides(layer.strides ?? layer.poolSize),
        layer.padding,
      );
    case "averagePooling2d":
      return tf.avgPool(
        x as tf.Tensor4D,
        bothSides(layer.poolSize),
        bothSides(layer.strides ?? layer.poolSize),
        "valid",
      );
    case "globalAveragePooling2d":
      return tf.mean(x, [1, 2]);
    case "globalAveragePooling1d":
      return tf.mean(x, [1]);
    case "embedding":
      return tf.gather(tensorOf("embeddings"), tf.cast(x, "int32"));
    case "lstm":
    case "gru":
      return applyRecurrent(layer, x as tf.Tensor3D, tensorOf);
    case "flatten":
      return tf.reshape(x, [x.shape[0] ?? 0, -1]);
    case "activation":
      return activate(x, layer.activation);
    case "dropout":
      return pass.training && layer.rate > 0 ? tf.mul(x, dropoutMask(x.shape, layer.rate, pass)) : x;
    case "layerNormalization":
      return normalize(x, [x.rank - 1], layer.epsilon, tensorOf).output;
    case "batchNormalization": {
      if (!pass.training) return scale(x, tensorOf("movingMean"), tensorOf("movingVariance"), layer.epsilon, tensorOf);
      const axes = x.shape.map((_, axis) => axis).slice(0, -1);
      const { output, mean, variance } = normalize(x, axes, layer.epsilon, tensorOf);
      pass.moved(index, mean, variance);
      return output;
    }
  }
}

function activate(x: tf.Tensor, activation: Activation): tf.Tensor {
  switch (activation) {
    case "linear":
      return x;
    case "relu":
      return tf.relu(x);
    case "relu6":
      return tf.relu6(x);
    case "elu":
      return tf.elu(x);
    case "selu":
      return tf.selu(x);
    case "sigmoid":
      return tf.sigmoid(x);
    case "tanh":
      return tf.tanh(x);
    case "softplus":
      return tf.softplus(x);
    case "swish":
      return tf.mul(x, tf.sigmoid(x));
  }
}

/** 0 with the given probability, else what keeps the expected sum. */
function dropoutMask(shape: number[], rate: number, pass: Pass): tf.Tensor {
  const mask = new Float32Array(shape.reduce((product, size) => product * size, 1));
  const kept = 1 / (1 - rate);
  for (let i = 0; i < mask.length; i++) mask[i] = pass.random() < rate ? 0 : kept;
  return tf.tensor(mask, shape);
}

function normalize(x: tf.Tensor, axes: number[], epsilon: number, tensorOf: TensorOf) {
  const mean = tf.mean(x, axes, true);
  const variance = tf.mean(tf.square(tf.sub(x, mean)), axes, true);
  return { output: scale(x, mean, variance, epsilon, tensorOf), mean, variance };
}

function scale(x: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor, epsilon: number, tensorOf: TensorOf): tf.Tensor {
  const normalized = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
  return tf.add(tf.mul(normalized, tensorOf("gamma")), tensorOf("beta"));
}
