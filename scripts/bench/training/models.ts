import { checkDocument, type TaskDocument } from "../../../node/core/task/document.ts";

/** A model whose training is timed. */
export interface TimedModel {
  name: string;
  document: TaskDocument;
  /** Steps of one turn: some tenths of a second. */
  steps: number;
  /** Most times as long as PyTorch, of the WebAssembly engine; undefined where it is only reported. */
  target: number | undefined;
}

const mlp = (hidden: number, classes: number): object[] => [
  { type: "dense", units: hidden, activation: "relu" },
  { type: "dense", units: hidden, activation: "relu" },
  { type: "dense", units: classes },
];

const CNN: object[] = [
  { type: "conv2d", filters: 16, kernelSize: 3, activation: "relu" },
  { type: "maxPooling2d" },
  { type: "conv2d", filters: 32, kernelSize: 3, activation: "relu" },
  { type: "maxPooling2d" },
  { type: "flatten" },
  { type: "dense", units: 64, activation: "relu" },
  { type: "dense", units: 10 },
];

/** @throws Error for layers that a task cannot have */
export function documentOf(layers: object[], inputShape: number[], classes: number, batchSize: number): TaskDocument {
  const width = inputShape.reduce((product, side) => product * side, 1);
  const checked = checkDocument({
    version: 1,
    name: "timed",
    model: { layers, loss: "softmaxCrossEntropy" },
    data: {
      format: "csv",
      features: { columns: `x{1..${width}}` },
      label: { column: "y", classes: Array.from({ length: classes }, (_, i) => String(i)) },
      inputShape,
    },
    training: { batchSize, optimizer: { type: "sgd", learningRate: 0.01 } },
    round: { f: 0, minPeers: 2, startMembers: 2, rounds: 1, submitSeconds: 1, attestSeconds: 1, mergeSeconds: 1 },
    limits: { maxUpdateNorm: 1e6 },
  });
  if ("document" in checked) return checked.document;
  throw new Error(JSON.stringify(checked.problems));
}

export const TIMED: readonly TimedModel[] = [
  { name: "MLP 30-32-32-2, batch 32", document: documentOf(mlp(32, 2), [30], 2, 32), steps: 200, target: 3.5 },
  { name: "MLP 784-256-256-10, batch 32", document: documentOf(mlp(256, 10), [784], 10, 32), steps: 60, target: 5 },
  {
    name: "MLP 784-256-256-10, batch 128",
    document: documentOf(mlp(256, 10), [784], 10, 128),
    steps: 30,
    target: undefined,
  },
  { name: "CNN 28 x 28, batch 32", document: documentOf(CNN, [28, 28, 1], 10, 32), steps: 20, target: 3.5 },
];
