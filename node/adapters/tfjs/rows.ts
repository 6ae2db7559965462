import { clipToBounds, scalingOf } from "../../core/statistics/scaling.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import { featureNames } from "../../core/task/tensors.ts";
import { columnMeans, imputeMeans } from "../csv/impute.ts";
import { type Dataset, readCsv } from "../csv/readCsv.ts";
import { requireRecords, type Split, splitRows } from "../csv/split.ts";

/**
 * Reads a file as the task describes it. For training: split, checked for enough records, and filled up with the training rows' means.
 * For evaluation: all rows, filled up with their own means.
 * @throws SwarmError CSV_* (see `readCsv`), CSV_TOO_FEW_RECORDS
 */
export async function readRows(source: {
  document: TaskDocument;
  dataPath: string;
  use: "train" | "evaluate";
}): Promise<Split> {
  const { document, dataPath, use } = source;
  const { label, missing } = document.data;
  const features = featureNames(document);
  const data = await readCsv(dataPath, { features, label, missing, normalize: scalingOf(document) });
  clipToBounds(document, data.features);
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
  return split;
}

function none({ width }: Dataset): Dataset {
  return { features: new Float32Array(0), labels: new Int32Array(0), rows: 0, width };
}
