import { SwarmError } from "../../core/errors.ts";
import type { Dataset } from "./dataset.ts";

/**
 * Means of the columns over the values that are there.
 * @param names of the columns, for the error; empty where they have none
 * @throws SwarmError DATA_MISSING_VALUE where a column has no value at all
 */
export function columnMeans(data: Dataset, names: readonly string[], path: string): Float64Array {
  const sums = new Float64Array(data.width);
  const counts = new Uint32Array(data.width);
  for (let i = 0; i < data.features.length; i++) {
    const value = data.features[i] ?? 0;
    if (Number.isNaN(value)) continue;
    const column = i % data.width;
    sums[column] = (sums[column] ?? 0) + value;
    counts[column] = (counts[column] ?? 0) + 1;
  }
  const empty = counts.indexOf(0);
  if (empty >= 0) {
    const which = names[empty] === undefined ? `value ${empty} of a row` : `column "${names[empty]}"`;
    const text = `${path}: ${which} has no value in any training row, so no mean can stand in; set data.missing to a number`;
    throw new SwarmError("DATA_MISSING_VALUE", text, { path, column: names[empty] ?? empty });
  }
  return sums.map((sum, column) => sum / (counts[column] ?? 1));
}

/** Puts the means where values are missing (NaN), in place. */
export function imputeMeans(data: Dataset, means: Float64Array): void {
  for (let i = 0; i < data.features.length; i++)
    if (Number.isNaN(data.features[i])) data.features[i] = means[i % data.width] ?? 0;
}
