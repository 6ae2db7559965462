import { sizeOf } from "./splitParts.ts";
import type { Encoding } from "../task/splitSchema.ts";

/** The largest number of IEEE 754 binary16. */
const LARGEST_HALF = 65504;

/** Bytes that rows of this width take. */
export function encodedBytes(encoding: Encoding, rows: number, width: number): number {
  return rows * (encoding === "f32" ? 4 * width : encoding === "f16" ? 2 * width : width + 4);
}

/**
 * Rows of numbers as they cross: f32 as they are; f16 rounded to the nearest, what is too large to the largest there is; i8 as whole multiples
 * of a scale per row, the row's largest absolute value / 127, rounded to the nearest. All little-endian, for i8 the scales (float32) first.
 * @param values [rows, width], finite
 */
export function encodeValues(encoding: Encoding, values: Float32Array, rows: number): Uint8Array<ArrayBuffer> {
  const width = rows === 0 ? 0 : values.length / rows;
  const bytes = new Uint8Array(encodedBytes(encoding, rows, width));
  const view = new DataView(bytes.buffer);
  if (encoding === "f32") for (const [i, value] of values.entries()) view.setFloat32(4 * i, value, true);
  else if (encoding === "f16") {
    for (const [i, value] of values.entries())
      view.setUint16(2 * i, toHalf(Math.max(-LARGEST_HALF, Math.min(LARGEST_HALF, value))), true);
  } else {
    for (let row = 0; row < rows; row++) {
      const start = row * width;
      const part = values.subarray(start, start + width);
      const scale = Math.fround(part.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127);
      view.setFloat32(4 * row, scale, true);
      for (const [i, value] of part.entries()) {
        const whole = scale === 0 ? 0 : Math.max(-127, Math.min(127, Math.round(value / scale)));
        view.setInt8(4 * rows + start + i, whole);
      }
    }
  }
  return bytes;
}

/** What `encodeValues` wrote, as float32. @param shape of one row */
export function decodeValues(
  encoding: Encoding,
  bytes: Uint8Array,
  rows: number,
  shape: readonly number[],
): Float32Array {
  const width = sizeOf(shape);
  const values = new Float32Array(rows * width);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < values.length; i++) {
    if (encoding === "f32") values[i] = view.getFloat32(4 * i, true);
    else if (encoding === "f16") values[i] = fromHalf(view.getUint16(2 * i, true));
    else values[i] = view.getFloat32(4 * Math.floor(i / width), true) * view.getInt8(4 * rows + i);
  }
  return values;
}

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** Round to nearest, ties to even (IEEE 754). @param value of at most the largest half */
function toHalf(value: number): number {
  float[0] = value;
  const sign = ((word[0] as number) >>> 16) & 0x8000;
  const size = Math.abs(float[0] as number);
  // Below 2^-14 halves are multiples of 2^-24, above they have 11 digits.
  const exponent = Math.max(-14, Math.floor(Math.log2(size === 0 ? 1e-30 : size)));
  const digits = roundEven(size / 2 ** (exponent - 10));
  return sign | (digits + ((exponent + 14) << 10));
}

function fromHalf(half: number): number {
  const exponent = (half >>> 10) & 31;
  const digits = half & 1023;
  const size =
    exponent === 0 ? digits * 2 ** -24 : exponent === 31 ? Number.NaN : (1024 + digits) * 2 ** (exponent - 25);
  return half & 0x8000 ? -size : size;
}

function roundEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
}
