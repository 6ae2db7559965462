import { createPrng } from "../../node/core/prng.ts";
import { checkDocument, type TaskDocument } from "../../node/core/task/document.ts";
import { documentOf } from "../task/fixture.ts";

export interface Rows {
  features: Float32Array;
  labels: Int32Array;
  rows: number;
  width: number;
}

/** Three classes that a little of each feature tells apart. */
export function rowsFor(width: number, rows: number, seed = 7): Rows {
  const prng = createPrng(seed);
  const labels = Int32Array.from({ length: rows }, (_, row) => row % 3);
  const features = Float32Array.from(
    { length: rows * width },
    (_, i) => prng.float() - 0.5 + 0.4 * (labels[Math.floor(i / width)] ?? 0),
  );
  return { features, labels, rows, width };
}

/** A split task of three classes. @param training fields of the task's training section, and the rows' shape as `input` */
export function splitTask(
  layers: object[],
  split: object,
  { input, ...training }: { input?: number[]; optimizer?: object; classWeights?: unknown } = {},
): TaskDocument {
  const whole = documentOf(layers, input);
  const checked = checkDocument({
    ...whole,
    mode: "split",
    split: { epochs: 3, minClients: 1, ...split },
    training: { ...whole.training, seed: 11, ...training },
  });
  if ("document" in checked) return checked.document;
  throw new Error(JSON.stringify(checked.problems));
}

export const MLP = [
  { type: "dense", units: 7, activation: "relu" },
  { type: "dense", units: 6, activation: "tanh" },
  { type: "dense", units: 5, activation: "relu" },
  { type: "dense", units: 3 },
];
