import * as tf from "@tensorflow/tfjs-core";
import type { Layer } from "../../core/task/layers.ts";
import type { TensorOf } from "./layers.ts";

type Recurrent = Extract<Layer, { type: "lstm" | "gru" }>;

/**
 * A recurrent layer, its steps one after another; the inputs' part of all steps is one product.
 * @param x [rows, steps, features] @returns [rows, units], or [rows, steps, units] of a layer that returns sequences
 */
export function applyRecurrent(layer: Recurrent, x: tf.Tensor3D, tensorOf: TensorOf): tf.Tensor {
  const [rows, steps, features] = x.shape;
  const product = tf.matMul(tf.reshape(x, [rows * steps, features]), tensorOf("kernel"));
  const inputs = tf.reshape(layer.useBias ? tf.add(product, tensorOf("bias")) : product, [rows, steps, -1]);
  const step = layer.type === "lstm" ? lstm(layer.units, rows, tensorOf) : gru(layer.units, rows, tensorOf);
  const outputs = tf.unstack(inputs, 1).map(step);
  return layer.returnSequences ? tf.stack(outputs, 1) : (outputs.at(-1) as tf.Tensor);
}

/** Takes a step's inputs [rows, gates * units], gives its output [rows, units]; remembers what is carried on. */
type Step = (inputs: tf.Tensor) => tf.Tensor;

function lstm(units: number, rows: number, tensorOf: TensorOf): Step {
  const recurrent = tensorOf("recurrentKernel");
  let output: tf.Tensor = tf.zeros([rows, units]);
  let cell: tf.Tensor = output;
  return (inputs) => {
    const gates = tf.add(inputs, tf.matMul(output, recurrent));
    const [input, forget, candidate, shown] = tf.split(gates, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    cell = tf.add(tf.mul(tf.sigmoid(forget), cell), tf.mul(tf.sigmoid(input), tf.tanh(candidate)));
    output = tf.mul(tf.sigmoid(shown), tf.tanh(cell));
    return output;
  };
}

function gru(units: number, rows: number, tensorOf: TensorOf): Step {
  const recurrent = tensorOf("recurrentKernel");
  const [forGates, forCandidate] = tf.split(recurrent, [2 * units, units], 1) as [tf.Tensor, tf.Tensor];
  let output: tf.Tensor = tf.zeros([rows, units]);
  return (inputs) => {
    const [gateInputs, candidateInput] = tf.split(inputs, [2 * units, units], 1) as [tf.Tensor, tf.Tensor];
    const gates = tf.sigmoid(tf.add(gateInputs, tf.matMul(output, forGates)));
    const [update, reset] = tf.split(gates, 2, 1) as [tf.Tensor, tf.Tensor];
    const candidate = tf.tanh(tf.add(candidateInput, tf.matMul(tf.mul(reset, output), forCandidate)));
    // update * output + (1 - update) * candidate, with one product less.
    output = tf.add(candidate, tf.mul(update, tf.sub(output, candidate)));
    return output;
  };
}
