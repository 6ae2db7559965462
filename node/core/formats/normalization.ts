import { deviationsOf } from "../statistics/rows.ts";
import { scalingOf } from "../statistics/scaling.ts";
import { boundsOf, MEAN, SQUARE } from "../statistics/tensors.ts";
import type { TaskDocument } from "../task/schema.ts";
import { inputShape } from "../task/tensors.ts";

/** What the task does to a row before the first layer: (value - mean) / std. */
export interface Normalization {
  /** Shape of both: one value for each of a row's, or one for each channel. */
  shape: readonly number[];
  mean: Float32Array;
  std: Float32Array;
}

/**
 * Of a task whose members agreed on statistics, what the reader does by the task's bounds and the model by its statistics, in one step; values beyond the bounds are not cut off.
 * @param values a model's tensor by its name; asked for agreed statistics only
 * @returns undefined where the task takes rows as they are
 */
export function normalizationOf(
  document: TaskDocument,
  values: (name: string) => Float32Array,
): Normalization | undefined {
  const scaling = scalingOf(document);
  if (scaling === "none") return undefined;
  const input = inputShape(document);
  const { mean, std } = boundsOf(document) === undefined ? scaling : agreedOn(scaling, values(MEAN), values(SQUARE));
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

/** (x - low) / width, then by mean and deviation of that: (x - (low + mean width)) / (deviation width). */
function agreedOn(
  { mean: low, std: width }: { mean: number | number[]; std: number | number[] },
  mean: Float32Array,
  square: Float32Array,
): { mean: number[]; std: number[] } {
  const at = (value: number | number[], i: number) => (typeof value === "number" ? value : (value[i] as number));
  const deviations = deviationsOf(mean, square);
  return {
    mean: Array.from(mean, (value, i) => at(low, i) + value * at(width, i)),
    std: Array.from(deviations, (value, i) => value * at(width, i)),
  };
}
