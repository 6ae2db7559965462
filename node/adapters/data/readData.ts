import { stat } from "node:fs/promises";
import { scalingOf } from "../../core/statistics/scaling.ts";
import { type DataSection, hasColumns } from "../../core/task/dataSchema.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import { featureNames } from "../../core/task/tensors.ts";
import type { Dataset, ReadOptions } from "./dataset.ts";
import { dataError } from "./errors.ts";

/**
 * Reads a clinic's rows in the task's format, normalized as the task says. Values that are missing are NaN where a mean is to stand in.
 * Formats are loaded when they are needed.
 * @param path the clinic's own: a file, or a folder where the format has several files
 * @throws SwarmError CSV_* for csv and tsv, DATA_* for all others, naming file, row or line, and field
 */
export async function readData(document: TaskDocument, path: string, options: ReadOptions = {}): Promise<Dataset> {
  const { data } = document;
  if (hasColumns(data)) {
    const { label, missing } = data;
    const schema = {
      features: featureNames(document),
      missing,
      normalize: scalingOf(document),
      ...(options.unlabelled === true ? {} : { label }),
      ...(options.id === undefined ? {} : { id: options.id }),
    };
    if (data.format === "parquet") return (await import("./parquet/readParquet.ts")).readParquet(path, schema, options);
    const { readCsv } = await import("./csv/readCsv.ts");
    return readCsv(path, { ...schema, delimiter: data.format === "tsv" ? "\t" : "," }, options);
  }
  if (data.format === "images") await requireFolder(document.name, path);
  return readTensorData(data, path, options);
}

/** A table in the place of images was most likely meant for another task. */
async function requireFolder(task: string, path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isFile() !== true) return;
  const text = `is a file, and the rows of task "${task}" are images: name the folder that they are in, or another task, if these rows are of one`;
  throw dataError("DATA_FILES", path, text);
}

async function readTensorData(
  data: Exclude<DataSection, { features: unknown }>,
  path: string,
  options: ReadOptions,
): Promise<Dataset> {
  if (data.format === "images") return (await import("./images/readImages.ts")).readImages(path, data, options);
  const { classes } = data.label;
  const { inputShape, normalize } = data;
  const schema = { classes, inputShape, normalize, missing: "missing" in data ? data.missing : "refuse" } as const;
  if (data.format === "npz") return (await import("./npz/readNpz.ts")).readNpz(path, data.arrays, schema, options);
  if (data.format === "npy") return (await import("./tensors/readNpy.ts")).readNpy(path, schema, options);
  return (await import("./tensors/readIdx.ts")).readIdx(path, schema, options);
}
