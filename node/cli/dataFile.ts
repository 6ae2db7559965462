import { readCsv } from "../adapters/csv/readCsv.ts";
import { requireRecords, splitRows } from "../adapters/csv/split.ts";
import { scalingOf } from "../core/statistics/scaling.ts";
import type { TaskDocument } from "../core/task/document.ts";
import { featureNames } from "../core/task/tensors.ts";

/** What a clinic's rows are to a task. Counts only: no value of a row is kept or shown. */
export interface DataSummary {
  path: string;
  rows: number;
  training: number;
  validation: number;
  /** Rows per class, in the order of the task's classes. */
  classes: Record<string, number>;
}

/**
 * Reads the whole file as training will, so that what is wrong with it shows before the node has joined.
 * @throws SwarmError CSV_* naming file, line and column
 */
export async function checkData(document: TaskDocument, path: string, signal: AbortSignal): Promise<DataSummary> {
  const { data, training, privacy } = document;
  const schema = {
    features: featureNames(document),
    label: data.label,
    missing: data.missing,
    normalize: scalingOf(document),
  };
  const rows = await readCsv(path, schema, { signal });
  const split = splitRows(rows, training.validationSplit, training.seed);
  requireRecords(split.training, privacy.minRecords, path);
  const counts = data.label.classes.map((name, index) => [
    name,
    rows.labels.reduce((sum, label) => sum + (label === index ? 1 : 0), 0),
  ]);
  return {
    path,
    rows: rows.rows,
    training: split.training.rows,
    validation: split.validation.rows,
    classes: Object.fromEntries(counts) as Record<string, number>,
  };
}
