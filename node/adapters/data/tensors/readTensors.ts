import type { Missing, Normalize } from "../../../core/task/dataSchema.ts";
import type { Dataset, ReadOptions } from "../dataset.ts";
import { dataError, refusedValue, tooManyRows } from "../errors.ts";
import { RowSink } from "../rowSink.ts";
import { readLabels } from "./readLabels.ts";
import { checkRowShape } from "./rowShape.ts";
import { checkEnd, type TensorStream } from "./tensorStream.ts";

/** What rows of arrays mean. */
export interface TensorSchema {
  classes: readonly string[];
  inputShape: readonly number[];
  missing: Missing;
  normalize: Normalize;
}

/** Opens an array; whoever opens closes. */
export type OpenTensor = () => Promise<TensorStream>;

/**
 * Reads an array of features [rows, ...] and one of labels [rows], one after the other and each as a stream.
 * @throws SwarmError DATA_SHAPE, DATA_TYPE, DATA_EMPTY, DATA_TOO_LARGE, DATA_UNKNOWN_CLASS, DATA_MISSING_VALUE, DATA_NOT_A_NUMBER, DATA_TRUNCATED,
 *   and what opening throws
 */
export async function readTensors(
  openFeatures: OpenTensor,
  openLabels: OpenTensor,
  schema: TensorSchema,
  options: ReadOptions,
): Promise<Dataset> {
  const { classes, inputShape, missing, normalize } = schema;
  const width = inputShape.reduce((product, side) => product * side, 1);
  const limit = options.maxValues === undefined ? {} : { maxValues: options.maxValues };
  const sink = new RowSink({ width, missing, normalize, ...limit });
  const labels = options.unlabelled
    ? undefined
    : await using(openLabels, (tensor) => readLabels(tensor, classes, sink.mostRows));
  await using(openFeatures, async (tensor) => {
    const { name, shape } = tensor;
    checkRowShape(name, shape, inputShape);
    if (labels !== undefined && shape[0] !== labels.length) {
      const text = `has ${shape[0]} rows, but there are ${labels.length} labels: both must have one entry per record`;
      throw dataError("DATA_SHAPE", name, text, { rows: shape[0], labels: labels.length });
    }
    if (shape[0] === 0) throw dataError("DATA_EMPTY", name, "has no rows");
    await readFeatures(tensor, sink, width, options.signal);
  });
  if (labels === undefined) return sink.dataset(false);
  for (let row = 0; row < labels.length; row++) sink.label(row, labels[row] as number);
  return sink.dataset();
}

async function readFeatures(
  tensor: TensorStream,
  sink: RowSink,
  width: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { name, shape, type, columnMajor, body } = tensor;
  const rows = shape[0] as number;
  const { number, size } = type;
  if (number === undefined) throw dataError("DATA_TYPE", name, "has elements of text; features are numbers");
  if (rows > sink.mostRows) throw tooManyRows(name, sink.mostRows);
  // Row by row the buffer grows with what was read; column by column all rows are needed from the first element on.
  if (columnMajor) sink.grow(rows);
  const places = columnMajor ? rowMajorPlaces(shape.slice(1)) : undefined;
  const total = rows * width;
  let element = 0;
  for await (const piece of body.pieces(total * size, size)) {
    signal?.throwIfAborted();
    const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
    if (places === undefined) sink.grow(Math.min(rows, Math.ceil((element + piece.length / size) / width)));
    for (let offset = 0; offset < piece.length; offset += size) {
      const row = places === undefined ? Math.floor(element / width) : element % rows;
      const feature = places === undefined ? element % width : (places[Math.floor(element / rows)] as number);
      const refusal = sink.set(row, feature, number(view, offset));
      if (refusal !== undefined) throw refusedValue(name, `row ${row}, value ${feature} (both from 0)`, refusal);
      element++;
    }
  }
  await checkEnd(tensor, element, total);
}

/** For each value of a row in column-major order, its place in row-major order. */
function rowMajorPlaces(axes: readonly number[]): Uint32Array {
  const width = axes.reduce((product, side) => product * side, 1);
  const places = new Uint32Array(width);
  for (let value = 0; value < width; value++) {
    let rest = value;
    let place = 0;
    let stride = width;
    for (const side of axes) {
      stride /= side;
      place += (rest % side) * stride;
      rest = Math.floor(rest / side);
    }
    places[value] = place;
  }
  return places;
}

async function using<T>(open: OpenTensor, use: (tensor: TensorStream) => Promise<T>): Promise<T> {
  const tensor = await open();
  try {
    return await use(tensor);
  } finally {
    await tensor.close();
  }
}
