import type { TaskDocument } from "../task/schema.ts";
import { inputShape } from "../task/tensors.ts";

/** What the task does to a row before the first layer: (value - mean) / std. */
export interface Normalization {
  /** Shape of both: one value for each of a row's, or one for each channel. */
  shape: readonly number[];
  mean: Float32Array;
  std: Float32Array;
}

/** @returns undefined where the task takes rows as they are */
export function normalizationOf(document: TaskDocument): Normalization | undefined {
  const { normalize } = document.data;
  if (normalize === "none") return undefined;
  const input = inputShape(document);
  const { mean, std } = normalize;
  const channels = input.at(-1) ?? 1;
  // One number for all is the same for each channel: that keeps the layer small.
  const byChannel = [mean, std].every((value) => typeof value === "number" || value.length === channels);
  const shape = byChannel ? [channels] : input;
  const size = shape.reduce((product, side) => product * side, 1);
  const spread = (value: number | number[]): Float32Array =>
    Float32Array.from({ length: size }, (_, i) =>
      typeof value === "number" ? value : (value[i % value.length] ?? Number.NaN),
    );
  return { shape, mean: spread(mean), std: spread(std) };
}
