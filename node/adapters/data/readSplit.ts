import { clipToBounds } from "../../core/statistics/scaling.ts";
import { hasColumns } from "../../core/task/dataSchema.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import { featureNames } from "../../core/task/tensors.ts";
import type { Dataset, ReadOptions } from "./dataset.ts";
import { columnMeans, imputeMeans } from "./impute.ts";
import { readData } from "./readData.ts";
import { requireIndices } from "./requireIndices.ts";
import { requireRecords, type Split, splitInPlace } from "./split.ts";

/**
 * Reads a clinic's data as the task describes it. For training: split, checked for enough records, and filled up with the training rows' means.
 * For evaluation and prediction: all rows, filled up with their own means; for prediction without labels.
 * @throws SwarmError see `readData`; DATA_TOO_FEW_RECORDS, DATA_MISSING_VALUE, CSV_NOT_AN_INDEX
 */
export async function readSplit(
  source: { document: TaskDocument; dataPath: string; use: "train" | "evaluate" | "predict"; id?: string },
  options: ReadOptions = {},
): Promise<Split> {
  const { document, dataPath, use } = source;
  const { validationSplit, seed, split: how } = document.training;
  const data = await readData(document, dataPath, {
    ...options,
    unlabelled: use === "predict",
    ...(source.id === undefined ? {} : { id: source.id }),
  });
  clipToBounds(document, data.features);
  const split =
    use === "train" ? splitInPlace(data, validationSplit, seed, how) : { training: none(data), validation: data };
  if (use === "train") requireRecords(split.training, document.privacy.minRecords, dataPath);
  if (imputes(document)) {
    const means = columnMeans(use === "train" ? split.training : split.validation, featureNames(document), dataPath);
    imputeMeans(split.training, means);
    imputeMeans(split.validation, means);
  }
  requireIndices(document, [split.training, split.validation], dataPath);
  return split;
}

function imputes({ data }: TaskDocument): boolean {
  return (hasColumns(data) || data.format === "npy" || data.format === "npz") && data.missing === "mean";
}

function none({ width }: Dataset): Dataset {
  return { features: new Float32Array(0), labels: new Int32Array(0), rows: 0, width };
}
