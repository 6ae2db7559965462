import { readSplit } from "../adapters/data/readSplit.ts";
import type { TaskDocument } from "../core/task/document.ts";

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
 * Reads the whole data as training will, so that what is wrong with it shows before the node has joined.
 * @throws SwarmError CSV_* and DATA_* naming file, line or row, and column
 */
export async function checkData(document: TaskDocument, path: string, signal: AbortSignal): Promise<DataSummary> {
  const { training, validation } = await readSplit({ document, dataPath: path, use: "train" }, { signal });
  const names = document.data.label.classes;
  const counts = names.map(() => 0);
  for (const { labels } of [training, validation]) for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return {
    path,
    rows: training.rows + validation.rows,
    training: training.rows,
    validation: validation.rows,
    classes: Object.fromEntries(names.map((name, index) => [name, counts[index] ?? 0])),
  };
}
