import type { Normalize } from "../task/dataSchema.ts";
import type { TaskDocument } from "../task/schema.ts";
import { boundsOf } from "./tensors.ts";

/** What a value of the data goes through when it is read: the task's own mean and deviation, or its way from the agreed bounds to 0 to 1. */
export function scalingOf({ data }: TaskDocument): Normalize {
  const { normalize } = data;
  const bounds = boundsOf({ data });
  if (bounds === undefined) return normalize as Normalize;
  const { low, high } = bounds;
  if (typeof low === "number" && typeof high === "number") return { mean: low, std: high - low };
  const features = Math.max(lengthOf(low), lengthOf(high));
  return { mean: low, std: Array.from({ length: features }, (_, i) => at(high, i) - at(low, i)) };
}

/** Values beyond the agreed bounds count as the bound, so that no record moves the statistics far. Changes `features` in place; a missing value (NaN) stays. */
export function clipToBounds(doc: TaskDocument, features: Float32Array): void {
  if (boundsOf(doc) === undefined) return;
  for (let i = 0; i < features.length; i++) features[i] = Math.min(1, Math.max(0, features[i] as number));
}

const lengthOf = (value: number | number[]): number => (typeof value === "number" ? 1 : value.length);
const at = (value: number | number[], i: number): number => (typeof value === "number" ? value : (value[i] as number));
