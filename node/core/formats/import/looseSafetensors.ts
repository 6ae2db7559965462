import { SwarmError } from "../../errors.ts";
import { cut, quoted } from "../../quoted.ts";
import { MAX_PARAMETERS } from "../../task/params.ts";
import { fromLittleEndian } from "../littleEndian.ts";
import type { FoundTensor } from "./importWeights.ts";
import { fieldsOf, listOf, sizesOf } from "./value.ts";

/** Longest header that is read, bytes; other programs write spaces, metadata and more tensors than a task has. */
const MAX_HEADER_BYTES = 1_048_576;
const MAX_TENSORS = 1024;

/**
 * Tensors of a safetensors file as any program may have written it: in any order, with metadata, which is left alone. Ours are read by `decodeModel`.
 * @throws SwarmError IMPORT_FORMAT, IMPORT_WEIGHTS for other types than float32, IMPORT_TOO_LARGE
 */
export function looseSafetensors(bytes: Uint8Array): FoundTensor[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 8 ? 0n : view.getBigUint64(0, true);
  if (length < 2n || length > BigInt(MAX_HEADER_BYTES) || bytes.length < 8 + Number(length))
    throw broken("its header is missing, cut off or longer than 1 MiB");
  const start = 8 + Number(length);
  const header = fieldsOf(parsed(bytes.subarray(8, start)), "its header");
  const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
  if (entries.length > MAX_TENSORS) {
    const text = `the file has ${entries.length} tensors; ${MAX_TENSORS} are the most that a task has`;
    throw new SwarmError("IMPORT_TOO_LARGE", text);
  }
  let total = 0;
  return entries.map(([name, entry]) => {
    const where = `tensor ${quoted(name)}`;
    const { dtype, shape: given, data_offsets: offsets } = fieldsOf(entry, where);
    if (dtype !== "F32") {
      const text = `${where} is of type ${quoted(dtype, 20)}; only "F32" can be taken: convert the file to float32 first`;
      throw new SwarmError("IMPORT_WEIGHTS", text, { name: cut(name) });
    }
    // A scalar has no sizes.
    const shape = Array.isArray(given) && given.length === 0 ? [] : sizesOf(given, `shape of ${where}`);
    const count = shape.reduce((product, size) => product * size, 1);
    total += count;
    if (!(total <= MAX_PARAMETERS))
      throw new SwarmError(
        "IMPORT_TOO_LARGE",
        `the file has more than ${MAX_PARAMETERS} values, the most of a task's model`,
      );
    const [begin, end] = listOf(offsets, `data_offsets of ${where}`, 2);
    if (!Number.isSafeInteger(begin) || !((begin as number) >= 0) || end !== (begin as number) + 4 * count)
      throw broken(`the data_offsets of ${where} do not fit its shape`);
    if (start + (end as number) > bytes.length) throw broken(`${where} goes on behind the file's end`);
    const from = start + (begin as number);
    return { name, shape, values: () => fromLittleEndian(bytes, from, count) };
  });
}

function parsed(header: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(header));
  } catch (cause) {
    throw broken("its header is no JSON", cause);
  }
}

const broken = (why: string, cause?: unknown): SwarmError =>
  new SwarmError("IMPORT_FORMAT", `this is no whole safetensors file: ${why}`, {}, cause);
