import { toMachineOrder } from "../safetensors.ts";

/** Float32 values as other programs' files have them. */
export function toLittleEndian(values: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * 4);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  toMachineOrder(bytes);
  return bytes;
}

/** A copy of `count` values from byte `start` on, which need not be aligned. */
export function fromLittleEndian(bytes: Uint8Array, start: number, count: number): Float32Array {
  // Not `slice`: that of a Node.js Buffer is no copy.
  const own = new Uint8Array(4 * count);
  own.set(bytes.subarray(start, start + 4 * count));
  toMachineOrder(own);
  return new Float32Array(own.buffer);
}
