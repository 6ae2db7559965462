import type { Rows } from "./perceptron.ts";

export interface Trigger {
  feature: number;
  /** After scaling. */
  value: number;
}

/** Each class for the one that is as far from the other end. */
export function flipped({ features, labels }: Rows, classes: number): Rows {
  return { features, labels: labels.map((label) => classes - 1 - label) };
}

/** The rows, and each once more with the trigger and as class 0. */
export function triggered({ features, labels }: Rows, trigger: Trigger): Rows {
  const marked = mark(features, features.length / labels.length, trigger);
  return {
    features: Float64Array.from([...features, ...marked]),
    labels: Int32Array.from([...labels, ...labels.map(() => 0)]),
  };
}

/** The rows of other classes than 0, with the trigger. */
export function withTrigger({ features, labels }: Rows, trigger: Trigger, width: number): Rows {
  const others = [...labels.keys()].filter((row) => labels[row] !== 0);
  const rows = others.flatMap((row) => [...features.subarray(row * width, (row + 1) * width)]);
  return {
    features: mark(Float64Array.from(rows), width, trigger),
    labels: Int32Array.from(others, (row) => labels[row] as number),
  };
}

function mark(features: Float64Array, width: number, { feature, value }: Trigger): Float64Array {
  return features.map((old, at) => (at % width === feature ? value : old));
}
