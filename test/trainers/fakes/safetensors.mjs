// Reads and writes float32 tensors, written apart from the project's own codec.
import { readFileSync, writeFileSync } from "node:fs";

export function readTensors(path) {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + length));
  const tensors = {};
  for (const [name, { shape, data_offsets: offsets }] of Object.entries(header)) {
    const part = bytes.subarray(8 + length + offsets[0], 8 + length + offsets[1]);
    tensors[name] = { shape, values: Array.from({ length: part.length / 4 }, (_, i) => part.readFloatLE(4 * i)) };
  }
  return tensors;
}

/** Names come in the order of `tensors`. */
export function writeTensors(path, tensors) {
  const header = {};
  let offset = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + 4 * values.length] };
    offset += 4 * values.length;
  }
  let text = JSON.stringify(header);
  text += " ".repeat((8 - (text.length % 8)) % 8);
  const bytes = Buffer.alloc(8 + text.length + offset);
  bytes.writeBigUInt64LE(BigInt(text.length), 0);
  bytes.write(text, 8);
  let at = 8 + text.length;
  for (const { values } of Object.values(tensors)) for (const value of values) at = bytes.writeFloatLE(value, at);
  writeFileSync(path, bytes);
}
