/**
 * The bench's own model and trainer: one hidden layer (ReLU), softmax and cross-entropy, stochastic gradient descent, in float64. It stands in for
 * a daemon's TensorFlow.js, which is exact but takes many times as long for models of this size: a table is hundreds of trainings of a swarm.
 * What is measured, the merges, are the product's.
 */
import type { Prng } from "../../node/core/prng.ts";
import { shuffle } from "../../node/core/prng.ts";
import type { TensorSpec } from "../../node/core/weights.ts";
import { normal } from "../../node/cli/splits/random.ts";

export interface Layout {
  inputs: number;
  hidden: number;
  classes: number;
}

/** Labelled rows, one after another. */
export interface Rows {
  features: Float64Array;
  labels: Int32Array;
}

export interface Training {
  learningRate: number;
  epochs: number;
  batchSize: number;
}

/** As the product has them: kernels as [inputs, outputs], tensors in the order of their names. */
export function specsOf({ inputs, hidden, classes }: Layout): TensorSpec[] {
  return [
    { name: "hidden/bias", shape: [hidden] },
    { name: "hidden/kernel", shape: [inputs, hidden] },
    { name: "output/bias", shape: [classes] },
    { name: "output/kernel", shape: [hidden, classes] },
  ];
}

/** Where each tensor begins, and how many values there are. */
function places({ inputs, hidden, classes }: Layout): { kernel: number; bias2: number; kernel2: number; end: number } {
  const bias2 = hidden + inputs * hidden;
  return { kernel: hidden, bias2, kernel2: bias2 + classes, end: bias2 + classes + hidden * classes };
}

/** Kernels from a normal distribution of deviation 1/sqrt(inputs), biases 0. */
export function firstModel(layout: Layout, prng: Prng): Float32Array {
  const { kernel, bias2, kernel2, end } = places(layout);
  const values = new Float32Array(end);
  for (let i = kernel; i < bias2; i++) values[i] = normal(prng) / Math.sqrt(layout.inputs);
  for (let i = kernel2; i < end; i++) values[i] = normal(prng) / Math.sqrt(layout.hidden);
  return values;
}

export class Perceptron {
  readonly layout: Layout;
  readonly #at: ReturnType<typeof places>;
  readonly #hidden: Float64Array;
  readonly #back: Float64Array;
  readonly #outputs: Float64Array;

  constructor(layout: Layout) {
    this.layout = layout;
    this.#at = places(layout);
    this.#hidden = new Float64Array(layout.hidden);
    this.#back = new Float64Array(layout.hidden);
    this.#outputs = new Float64Array(layout.classes);
  }

  /** Weights after some epochs from `start`, which stays as it is. Batches are drawn anew each epoch. */
  train(start: ArrayLike<number>, rows: Rows, { learningRate, epochs, batchSize }: Training, prng: Prng): Float64Array {
    const weights = Float64Array.from(start);
    const gradient = new Float64Array(weights.length);
    const order = Uint32Array.from(rows.labels.keys());
    for (let epoch = 0; epoch < epochs; epoch++) {
      shuffle(order, prng);
      for (let from = 0; from < order.length; from += batchSize) {
        this.gradient(weights, rows, order.subarray(from, from + batchSize), gradient);
        for (let i = 0; i < weights.length; i++)
          weights[i] = (weights[i] as number) - learningRate * (gradient[i] as number);
      }
    }
    return weights;
  }

  /** Writes the mean gradient of the loss over a batch. @returns the mean loss */
  gradient(weights: Float64Array, rows: Rows, batch: ArrayLike<number>, gradient: Float64Array): number {
    const { hidden, classes } = this.layout;
    const { kernel, bias2, kernel2 } = this.#at;
    gradient.fill(0);
    let loss = 0;
    for (let b = 0; b < batch.length; b++) {
      const row = batch[b] as number;
      loss += this.#forward(weights, rows, row);
      this.#back.fill(0);
      for (let c = 0; c < classes; c++) {
        const error = ((this.#outputs[c] as number) - (c === rows.labels[row] ? 1 : 0)) / batch.length;
        add(gradient, bias2 + c, error);
        for (let h = 0; h < hidden; h++) {
          const at = kernel2 + h * classes + c;
          add(gradient, at, error * (this.#hidden[h] as number));
          add(this.#back, h, error * (weights[at] as number));
        }
      }
      for (let h = 0; h < hidden; h++) {
        if ((this.#hidden[h] as number) > 0) add(gradient, h, this.#back[h] as number);
        else this.#back[h] = 0;
      }
      this.#eachInput(rows, row, (value, i) => {
        const at = kernel + i * hidden;
        for (let h = 0; h < hidden; h++) add(gradient, at + h, value * (this.#back[h] as number));
      });
    }
    return loss / batch.length;
  }

  /** The class of each row that the model holds most likely. */
  predict(weights: Float64Array, rows: Rows): Int32Array {
    return Int32Array.from(rows.labels.keys(), (row) => {
      this.#forward(weights, rows, row);
      return this.#outputs.indexOf(Math.max(...this.#outputs));
    });
  }

  /** Leaves activations and probabilities in place. @returns the row's loss */
  #forward(weights: Float64Array, rows: Rows, row: number): number {
    const { hidden, classes } = this.layout;
    const { kernel, bias2, kernel2 } = this.#at;
    this.#hidden.set(weights.subarray(0, hidden));
    this.#eachInput(rows, row, (value, i) => {
      const at = kernel + i * hidden;
      for (let h = 0; h < hidden; h++) add(this.#hidden, h, value * (weights[at + h] as number));
    });
    this.#outputs.set(weights.subarray(bias2, kernel2));
    for (let h = 0; h < hidden; h++) {
      const value = Math.max(this.#hidden[h] as number, 0);
      this.#hidden[h] = value;
      if (value === 0) continue;
      for (let c = 0; c < classes; c++) add(this.#outputs, c, value * (weights[kernel2 + h * classes + c] as number));
    }
    const most = Math.max(...this.#outputs);
    let total = 0;
    for (let c = 0; c < classes; c++) {
      const power = Math.exp((this.#outputs[c] as number) - most);
      this.#outputs[c] = power;
      total += power;
    }
    for (let c = 0; c < classes; c++) this.#outputs[c] = (this.#outputs[c] as number) / total;
    return -Math.log(this.#outputs[rows.labels[row] as number] as number);
  }

  /** Half of an image is 0 and takes no time. */
  #eachInput({ features }: Rows, row: number, each: (value: number, input: number) => void): void {
    const { inputs } = this.layout;
    for (let i = 0; i < inputs; i++) {
      const value = features[row * inputs + i] as number;
      if (value !== 0) each(value, i);
    }
  }
}

function add(values: Float64Array, at: number, value: number): void {
  values[at] = (values[at] as number) + value;
}
