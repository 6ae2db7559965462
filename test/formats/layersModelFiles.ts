import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readLayersModel } from "../../node/adapters/layersmodel/readLayersModel.ts";
import { importLayers } from "../../node/core/formats/import/importLayers.ts";
import { importWeights } from "../../node/core/formats/import/importWeights.ts";
import { temporaryFolder } from "../learner/rows.ts";

const { signal } = new AbortController();
const folder = await temporaryFolder();
let folders = 0;

export type Json = Record<string, unknown>;

/** A model's files in a folder of their own. @returns the path of its JSON */
export async function written(model: Json, weights: Uint8Array | undefined): Promise<string> {
  const dir = join(folder, String(folders++));
  await mkdir(dir);
  await writeFile(join(dir, "model.json"), JSON.stringify(model));
  if (weights !== undefined) await writeFile(join(dir, "weights.bin"), weights);
  return join(dir, "model.json");
}

export async function imported(path: string) {
  const { topology, tensors } = await readLayersModel(path, signal);
  const found = importLayers(topology);
  return { ...found, weights: importWeights(found, tensors) };
}

/** A small model as Keras writes it, to be changed in one place. */
export function keras(...more: Json[]): Json {
  const dense = (name: string, units: number, config: Json = {}) => ({
    class_name: "Dense",
    config: { name, units, activation: "linear", use_bias: false, ...config },
  });
  return {
    class_name: "Sequential",
    config: { name: "m", layers: [dense("a", 4, { batch_input_shape: [null, 3] }), ...more, dense("b", 2)] },
  };
}
