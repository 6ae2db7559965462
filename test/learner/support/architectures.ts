import type { Dataset } from "../../../node/adapters/data/dataset.ts";
import { createPrng } from "../../../node/core/prng.ts";

export interface Architecture {
  layers: object[];
  input?: number[];
  /** Values of an embedding's columns. */
  words?: number;
}

const image = [8, 8, 3];
const dense = { type: "dense", units: 3 };
/** One of each kind of model that tasks can have, small. */
export const ARCHITECTURES: Record<string, Architecture> = {
  CNN: {
    layers: [
      { type: "conv2d", filters: 8, kernelSize: 3, padding: "same", activation: "relu" },
      { type: "maxPooling2d" },
      { type: "conv2d", filters: 6, kernelSize: 3, activation: "relu" },
      { type: "averagePooling2d" },
      { type: "flatten" },
      dense,
    ],
    input: image,
  },
  "depthwise CNN": {
    layers: [
      { type: "depthwiseConv2d", kernelSize: 3, padding: "same", depthMultiplier: 2, activation: "relu" },
      { type: "conv2d", filters: 8, kernelSize: 1, activation: "relu" },
      { type: "depthwiseConv2d", kernelSize: [3, 2], strides: 2, useBias: false },
      { type: "globalAveragePooling2d" },
      dense,
    ],
    input: image,
  },
  "batch normalization": {
    layers: [
      { type: "conv2d", filters: 5, kernelSize: 3, useBias: false },
      { type: "batchNormalization" },
      { type: "activation", activation: "relu" },
      { type: "flatten" },
      dense,
    ],
    input: image,
  },
  dropout: { layers: [{ type: "dense", units: 16, activation: "relu" }, { type: "dropout", rate: 0.3 }, dense] },
  LSTM: {
    layers: [{ type: "lstm", units: 6, returnSequences: true }, { type: "lstm", units: 5 }, dense],
    input: [7, 4],
  },
  GRU: { layers: [{ type: "gru", units: 6, returnSequences: true }, { type: "gru", units: 5 }, dense], input: [7, 4] },
  embedding: {
    layers: [{ type: "embedding", inputDim: 20, outputDim: 6 }, { type: "globalAveragePooling1d" }, dense],
    input: [9],
    words: 20,
  },
  "embedding and GRU": {
    layers: [{ type: "embedding", inputDim: 20, outputDim: 6 }, { type: "gru", units: 8 }, dense],
    input: [9],
    words: 20,
  },
};

/** Rows of three classes that differ in what their values are around. */
export function rowsOf({ input = [4], words }: Architecture): Dataset {
  const width = input.reduce((product, side) => product * side, 1);
  const prng = createPrng(5);
  const rows = 48;
  const labels = Int32Array.from({ length: rows }, (_, row) => row % 3);
  const features = Float32Array.from({ length: rows * width }, (_, i) => {
    const label = labels[Math.floor(i / width)] as number;
    return words === undefined
      ? prng.float() - 0.5 + 0.8 * (label - 1)
      : prng.below(words / 2) + label * Math.floor(words / 4);
  });
  return { features, labels, rows, width };
}
