import type { DataSection } from "../../../core/task/dataSchema.ts";
import type { Dataset, ReadOptions } from "../dataset.ts";
import { dataError, refusedValue } from "../errors.ts";
import { RowSink } from "../rowSink.ts";
import { imagesAlone, imagesByFolder, imagesByList } from "./listImages.ts";
import { readImage } from "./readImage.ts";

export type ImageData = Extract<DataSection, { format: "images" }>;

/**
 * Reads a folder of PNG and JPEG images, one in memory at a time; samples are 0 to 255 before normalization, also those of 16 bits.
 * @throws SwarmError DATA_IMAGE, DATA_IMAGE_SIZE, DATA_NOT_A_NUMBER, and see `imagesByFolder`, `imagesByList`
 */
export async function readImages(path: string, data: ImageData, options: ReadOptions = {}): Promise<Dataset> {
  const [height, width, channels] = data.inputShape;
  const { classes, file, image, column } = data.label;
  const limit = options.maxValues === undefined ? {} : { maxValues: options.maxValues };
  const sink = new RowSink({
    width: height * width * channels,
    missing: "refuse",
    normalize: data.normalize,
    ...limit,
  });
  const { mostRows } = sink;
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  if (options.unlabelled) return readAlone(path, data, sink, options);
  const images =
    file === undefined || image === undefined || column === undefined
      ? await imagesByFolder(path, classes, mostRows)
      : await imagesByList(path, { file, image, column }, classes, { mostRows, ...signal });
  for (const [row, { path: one, label }] of images.entries()) {
    await readRow(one, row, data, sink, options);
    sink.label(row, label);
  }
  return sink.dataset();
}

/** Images without classes, told by their names. */
async function readAlone(path: string, data: ImageData, sink: RowSink, options: ReadOptions): Promise<Dataset> {
  const { paths, names } = await imagesAlone(path, sink.mostRows, data.label.file);
  for (const [row, one] of paths.entries()) await readRow(one, row, data, sink, options);
  return { ...sink.dataset(false), ids: names };
}

async function readRow(
  path: string,
  row: number,
  { inputShape: [height, width, channels], resize }: ImageData,
  sink: RowSink,
  { signal }: ReadOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const { samples } = await readImage(path, { height, width, channels, resize: resize !== undefined }, signal);
  if (!sink.grow(row + 1))
    throw dataError("DATA_TOO_LARGE", path, `is one more than the ${sink.mostRows} images that are read`);
  for (let i = 0; i < samples.length; i++) {
    const refusal = sink.set(row, i, samples[i] as number);
    if (refusal !== undefined) throw refusedValue(path, `value ${i}`, refusal);
  }
}
