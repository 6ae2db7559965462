import { SwarmError } from "../errors.ts";
import type { Encoding } from "../task/splitSchema.ts";
import { sizeOf } from "./splitParts.ts";
import { decodeValues, encodedBytes, encodeValues } from "./values.ts";

/**
 * A message's body: a safetensors file of one step's rows, with `values` (activations, outputs, or a gradient), for i8 behind `scales` of the rows,
 * and before it `labels` (I32) where there are any. Both sides know how it has to begin from the task and the number of rows, so a body
 * that begins otherwise is refused before anything of it is read.
 */
export interface FrameShape {
  encoding: Encoding;
  rows: number;
  /** Of one row. */
  shape: readonly number[];
  labels: boolean;
}

const DTYPES = { f32: ["F32", 4], f16: ["F16", 2], i8: ["I8", 1] } as const;

function headerOf({ encoding, rows, shape, labels }: FrameShape): Uint8Array {
  let at = 0;
  const entry = (dtype: string, dims: readonly number[], bytes: number) => {
    const begin = at;
    at += bytes;
    return { dtype, shape: dims, data_offsets: [begin, at] };
  };
  const [dtype, size] = DTYPES[encoding];
  const header = {
    ...(labels ? { labels: entry("I32", [rows], 4 * rows) } : {}),
    ...(encoding === "i8" ? { scales: entry("F32", [rows], 4 * rows) } : {}),
    values: entry(dtype, [rows, ...shape], size * rows * sizeOf(shape)),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20);
  padded.set(text, 8);
  new DataView(padded.buffer).setBigUint64(0, BigInt(padded.length - 8), true);
  return padded;
}

/** How long a frame is, bytes. */
export const frameBytes = (frame: FrameShape): number =>
  headerOf(frame).length +
  (frame.labels ? 4 * frame.rows : 0) +
  encodedBytes(frame.encoding, frame.rows, sizeOf(frame.shape));

/** @param values [rows, ...shape] @throws SwarmError SPLIT_NOT_FINITE: nobody could learn from it */
export function encodeFrame(frame: FrameShape, values: Float32Array, labels?: Int32Array): Uint8Array<ArrayBuffer> {
  if (!values.every(Number.isFinite)) throw notFinite("what was to be sent");
  const header = headerOf(frame);
  const bytes = new Uint8Array(frameBytes(frame));
  bytes.set(header);
  let at = header.length;
  if (frame.labels) {
    const view = new DataView(bytes.buffer);
    for (const label of labels ?? []) {
      view.setInt32(at, label, true);
      at += 4;
    }
  }
  bytes.set(encodeValues(frame.encoding, values, frame.rows), at);
  return bytes;
}

/**
 * @param classes labels have to be from 0 to less than this
 * @throws SwarmError SPLIT_WRONG_FRAME (another length, shape or type, or a label that no class has), SPLIT_NOT_FINITE
 */
export function decodeFrame(
  frame: FrameShape,
  bytes: Uint8Array,
  classes = 0,
): { values: Float32Array; labels: Int32Array } {
  const header = headerOf(frame);
  const due = frameBytes(frame);
  const { rows, shape, encoding } = frame;
  if (bytes.length !== due || header.some((byte, i) => bytes[i] !== byte)) {
    const text = `a frame of ${bytes.length} bytes came where ${rows} rows of [${shape.join(", ")}] as ${encoding}, ${due} bytes, are due: both sides need the same task and version`;
    throw new SwarmError("SPLIT_WRONG_FRAME", text, { bytes: bytes.length, due });
  }
  const labels = new Int32Array(frame.labels ? rows : 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let row = 0; row < labels.length; row++) {
    const label = view.getInt32(header.length + 4 * row, true);
    if (label < 0 || label >= classes) {
      const text = `row ${row} of a frame has label ${label}, the task has classes 0 to ${classes - 1}`;
      throw new SwarmError("SPLIT_WRONG_FRAME", text, { row, label });
    }
    labels[row] = label;
  }
  const values = decodeValues(encoding, bytes.subarray(header.length + 4 * labels.length), rows, shape);
  if (!values.every(Number.isFinite)) throw notFinite("a frame");
  return { values, labels };
}

function notFinite(what: string): SwarmError {
  const text = `${what} has a number that is not finite: normalize the features or lower the learning rate`;
  return new SwarmError("SPLIT_NOT_FINITE", text);
}
