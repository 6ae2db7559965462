import { SwarmError } from "../../core/errors.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import { featureNames } from "../../core/task/tensors.ts";
import { columnMeans, imputeMeans } from "../csv/impute.ts";
import { type Dataset, readCsv } from "../csv/readCsv.ts";
import { requireRecords, type Split, splitRows } from "../csv/split.ts";

/**
 * Reads a file as the task describes it. For training: split, checked for enough records, and filled up with the training rows' means.
 * For evaluation: all rows, filled up with their own means.
 * @throws SwarmError CSV_* (see `readCsv`), CSV_TOO_FEW_RECORDS, CSV_NOT_AN_INDEX
 */
export async function readRows(source: {
  document: TaskDocument;
  dataPath: string;
  use: "train" | "evaluate";
}): Promise<Split> {
  const { document, dataPath, use } = source;
  const { label, missing, normalize } = document.data;
  const features = featureNames(document);
  const data = await readCsv(dataPath, { features, label, missing, normalize });
  const split =
    use === "train"
      ? splitRows(data, document.training.validationSplit, document.training.seed)
      : { training: none(data), validation: data };
  if (use === "train") requireRecords(split.training, document.privacy.minRecords, dataPath);
  if (missing === "mean") {
    const means = columnMeans(use === "train" ? split.training : split.validation, features, dataPath);
    imputeMeans(split.training, means);
    imputeMeans(split.validation, means);
  }
  requireIndices(document, [split.training, split.validation], dataPath);
  return split;
}

/** What an embedding takes: values outside of its table would be read from elsewhere in memory. @throws SwarmError CSV_NOT_AN_INDEX */
function requireIndices(document: TaskDocument, parts: readonly Dataset[], path: string): void {
  const { model } = document;
  const first = "layers" in model ? model.layers[0] : undefined;
  if (first?.type !== "embedding") return;
  const { inputDim } = first;
  const isIndex = (value: number) => Number.isInteger(value) && value >= 0 && value < inputDim;
  for (const { features, width } of parts) {
    const at = features.findIndex((value) => !isIndex(value));
    if (at < 0) continue;
    const column = featureNames(document)[at % width];
    const text = `${path}: column "${column}" has a value that is no whole number from 0 to ${inputDim - 1}, which the task's embedding takes; correct the file, or ask the task's creator`;
    throw new SwarmError("CSV_NOT_AN_INDEX", text, { path, column });
  }
}

function none({ width }: Dataset): Dataset {
  return { features: new Float32Array(0), labels: new Int32Array(0), rows: 0, width };
}
