import { SwarmError } from "../../errors.ts";
import { cut, quoted } from "../../quoted.ts";
import { MAX_PARAMETERS } from "../../task/params.ts";
import { fromLittleEndian } from "../littleEndian.ts";
import type { FoundTensor } from "./importWeights.ts";
import { fieldsOf, listOf, sizesOf, textOf } from "./value.ts";

/** Most files that a model's weights may be spread over, and most tensors. */
const MAX_FILES = 256;
const MAX_TENSORS = 1024;

/** Tensors that lie one after another in some files taken together. */
export interface WeightGroup {
  /** Plain file names in the folder of the model's JSON. */
  paths: string[];
  tensors: { name: string; shape: number[]; offset: number; length: number }[];
  /** Bytes that the files have together. */
  bytes: number;
}

/**
 * The manifest of a TensorFlow.js layers model. Nothing was read yet: sizes are bounded, and every path is a plain name.
 * @throws SwarmError IMPORT_FORMAT, IMPORT_WEIGHTS (not float32, quantized), IMPORT_PATH, IMPORT_TOO_LARGE
 */
export function weightGroups(manifest: unknown): WeightGroup[] {
  let elements = 0;
  const groups = listOf(manifest, "weightsManifest", MAX_FILES).map((entry, g): WeightGroup => {
    const where = `weightsManifest[${g}]`;
    const group = fieldsOf(entry, where);
    const paths = listOf(group.paths, `${where}.paths`, MAX_FILES).map((path, i) =>
      plainName(path, `${where}.paths[${i}]`),
    );
    let offset = 0;
    const tensors = listOf(group.weights, `${where}.weights`, MAX_TENSORS).map((weight, i) => {
      const fields = fieldsOf(weight, `${where}.weights[${i}]`);
      const name = textOf(fields.name, `${where}.weights[${i}].name`);
      const shape = sizesOf(fields.shape, `shape of ${quoted(name)}`);
      requireFloat32(name, fields);
      const length = shape.reduce((product, size) => product * size, 1);
      elements += length;
      // Checked at once, so that no sum of sizes can pass what numbers hold.
      if (!(elements <= MAX_PARAMETERS)) {
        const text = `the file's weights have more than the ${MAX_PARAMETERS} values that a task's model may have`;
        throw new SwarmError("IMPORT_TOO_LARGE", text);
      }
      const tensor = { name, shape, offset, length };
      offset += length;
      return tensor;
    });
    return { paths, tensors, bytes: 4 * offset };
  });
  const all = groups.flatMap(({ paths }) => paths);
  if (new Set(all).size === all.length && all.length <= MAX_FILES) return groups;
  throw new SwarmError("IMPORT_FORMAT", `weightsManifest names a file twice, or more than ${MAX_FILES} files`);
}

/** @param bytes all of a group's files, one after another */
export function tensorsIn({ tensors }: WeightGroup, bytes: Uint8Array): FoundTensor[] {
  return tensors.map(({ name, shape, offset, length }) => ({
    name,
    shape,
    values: () => fromLittleEndian(bytes, 4 * offset, length),
  }));
}

function requireFloat32(name: string, { dtype, quantization }: Record<string, unknown>): void {
  if (dtype === "float32" && (quantization === undefined || quantization === null)) return;
  const what = dtype === "float32" ? "is quantized" : `is of type ${quoted(dtype)}`;
  const text = `tensor ${quoted(name)} ${what}; only float32 values that are written as they are can be taken: convert the model without quantization`;
  throw new SwarmError("IMPORT_WEIGHTS", text, { name: cut(name) });
}

/** Files beside the JSON only: whatever leads to another folder, or means something to an operating system, is refused. */
function plainName(path: unknown, where: string): string {
  const name = textOf(path, where);
  if (/^[A-Za-z0-9_-][A-Za-z0-9_. -]{0,199}$/.test(name) && !name.includes("..") && !/[. ]$/.test(name)) return name;
  throw new SwarmError(
    "IMPORT_PATH",
    `${where} is ${quoted(name)}: weights lie in the folder of the model's JSON, under a plain file name`,
    {
      path: cut(name),
    },
  );
}
