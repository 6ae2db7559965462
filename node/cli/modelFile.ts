import { readFile } from "node:fs/promises";
import { decodeModel } from "../core/codec.ts";
import { SwarmError } from "../core/errors.ts";
import { sha256 } from "../core/hash.ts";
import type { Bytes32 } from "../core/primitives.ts";
import { elementCount } from "../core/safetensorsHeader.ts";
import { squaredNorm } from "../core/squaredNorm.ts";
import type { Model, TensorSpec, Tensors } from "../core/weights.ts";

/** A model's file as read. */
export interface ModelFile {
  bytes: Uint8Array;
  sha256: Bytes32;
  model: Model;
}

/** @throws SwarmError FILE_UNREADABLE, FILE_* where it is no canonical model file */
export async function readModelFile(path: string): Promise<ModelFile> {
  const content = await readFile(path).catch((cause: unknown) => {
    throw new SwarmError(
      "FILE_UNREADABLE",
      `cannot read the model ${path}: ${(cause as Error).message}`,
      { path },
      cause,
    );
  });
  const bytes = new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  try {
    return { bytes, sha256: sha256(bytes), model: decodeModel(bytes) };
  } catch (cause) {
    if (!(cause instanceof SwarmError)) throw cause;
    throw new SwarmError(cause.code, `${path}: ${cause.message}`, { ...cause.data, path }, cause);
  }
}

/** @throws SwarmError TASK_MODEL_MISFIT where tensors or values are not those of the task */
export function checkModel(model: Tensors, specs: readonly TensorSpec[], what: string): void {
  const shape = ({ name, shape: sizes }: TensorSpec): string => `${name} [${sizes.join(", ")}]`;
  const given = model.specs.map(shape);
  const wanted = specs.map(shape);
  const misfits = [
    ...given.filter((text) => !wanted.includes(text)).map((text) => `  has ${text}, which the task has not`),
    ...wanted.filter((text) => !given.includes(text)).map((text) => `  lacks ${text}`),
  ];
  if (model.values.some((value) => !Number.isFinite(value))) misfits.push("  has values that are not finite");
  if (misfits.length === 0) return;
  throw misfit(what, misfits);
}

export const misfit = (what: string, misfits: readonly string[]): SwarmError =>
  new SwarmError("TASK_MODEL_MISFIT", `${what} is no model of this task:\n${misfits.join("\n")}`, { misfits });

/** Euclidean norm and largest magnitude of each tensor: what stands out in a model that was built to extract records. */
export function tensorNorms(
  model: Tensors,
): { name: string; shape: readonly number[]; norm: number; largest: number }[] {
  return tensorsOf(model).map(({ name, shape, values }) => {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return { name, shape, norm: Math.sqrt(squaredNorm(values)), largest };
  });
}

/** A model tensor by tensor; values are views of its own. */
export function tensorsOf({ specs, values }: Tensors): (TensorSpec & { values: Float32Array })[] {
  let offset = 0;
  return specs.map(({ name, shape }) => {
    const start = offset;
    offset += elementCount(shape);
    return { name, shape, values: values.subarray(start, offset) };
  });
}

export const parametersOf = (specs: readonly TensorSpec[]): number =>
  specs.reduce((sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1), 0);
