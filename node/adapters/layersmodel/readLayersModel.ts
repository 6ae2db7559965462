import { dirname, join } from "node:path";
import { SwarmError } from "../../core/errors.ts";
import type { FoundTensor } from "../../core/formats/import/importWeights.ts";
import { tensorsIn, type WeightGroup, weightGroups } from "../../core/formats/import/manifest.ts";
import { fieldsOf } from "../../core/formats/import/value.ts";
import { readPlainFile, withPlainFile } from "./plainFile.ts";

/** Most bytes of a model's JSON: layers and names take little. */
const MAX_JSON_BYTES = 8_388_608;

/** A model's files as read; nothing of them was run or is trusted. */
export interface LayersModel {
  topology: unknown;
  tensors: FoundTensor[];
}

/**
 * Reads a TensorFlow.js layers model: its JSON, and the files beside it that hold its weights. Sizes are compared before anything is read.
 * @throws SwarmError IMPORT_UNREADABLE, IMPORT_FORMAT, IMPORT_PATH, IMPORT_WEIGHTS, IMPORT_TOO_LARGE
 */
export async function readLayersModel(path: string, signal: AbortSignal): Promise<LayersModel> {
  const json = new TextDecoder().decode(await readPlainFile(path, MAX_JSON_BYTES));
  const model = fieldsOf(parsed(json, path), path);
  if (model.format === "graph-model") {
    const text = `${path} is a graph model, which has operations and no layers: save the Keras model as a layers model (save of TensorFlow.js, or examples/keras/to_layers_model.py)`;
    throw new SwarmError("IMPORT_FORMAT", text, { path });
  }
  const tensors: FoundTensor[] = [];
  for (const group of weightGroups(model.weightsManifest)) {
    signal.throwIfAborted();
    tensors.push(...tensorsIn(group, await readGroup(dirname(path), group)));
  }
  return { topology: model.modelTopology, tensors };
}

async function readGroup(folder: string, { paths, bytes }: WeightGroup): Promise<Uint8Array> {
  const whole = new Uint8Array(bytes);
  let offset = 0;
  for (const name of paths) {
    const path = join(folder, name);
    offset = await withPlainFile(path, false, async (file, size) => {
      if (offset + size > bytes) throw misfit(path, "more", bytes);
      for (let done = 0; done < size;) {
        const { bytesRead } = await file.read(whole, offset + done, size - done, done);
        if (bytesRead === 0) throw misfit(path, "fewer", bytes);
        done += bytesRead;
      }
      return offset + size;
    });
  }
  if (offset < bytes) throw misfit(paths.map((name) => join(folder, name)).join(", "), "fewer", bytes);
  return whole;
}

function parsed(json: string, path: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new SwarmError(
      "IMPORT_FORMAT",
      `${path} is no JSON: ${(cause as Error).message.slice(0, 100)}`,
      { path },
      cause,
    );
  }
}

const misfit = (path: string, how: "more" | "fewer", bytes: number): SwarmError =>
  new SwarmError(
    "IMPORT_WEIGHTS",
    `${path}: ${how} bytes than the ${bytes} that the weights' shapes need; fetch the model again`,
    { path },
  );
