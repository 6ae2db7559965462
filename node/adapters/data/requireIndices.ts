import { SwarmError } from "../../core/errors.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import { featureNames } from "../../core/task/tensors.ts";
import type { Dataset } from "./dataset.ts";

/** What an embedding takes: values outside of its table would be read from elsewhere in memory. @throws SwarmError CSV_NOT_AN_INDEX */
export function requireIndices(document: TaskDocument, parts: readonly Dataset[], path: string): void {
  const { model } = document;
  const first = "layers" in model ? model.layers[0] : undefined;
  if (first?.type !== "embedding") return;
  const { inputDim } = first;
  const isIndex = (value: number) => Number.isInteger(value) && value >= 0 && value < inputDim;
  for (const { features, width } of parts) {
    const at = features.findIndex((value) => !isIndex(value));
    if (at < 0) continue;
    const column = featureNames(document)[at % width];
    // Formats without columns have places only.
    const where =
      column === undefined
        ? `value ${(at % width) + 1} of row ${Math.floor(at / width) + 1}`
        : `column "${column}" has a value that`;
    const text = `${path}: ${where} is no whole number from 0 to ${inputDim - 1}, which the task's embedding takes; correct the file, or ask the task's creator`;
    throw new SwarmError("CSV_NOT_AN_INDEX", text, { path, ...(column === undefined ? {} : { column }) });
  }
}
