import { SwarmError } from "../errors.ts";
import type { Layer } from "../task/layers.ts";
import type { TaskDocument } from "../task/schema.ts";
import { layerShapes, type LayerShape, type LayerTensor } from "../task/shapes.ts";
import { allTensorSpecs, inputShape, tensorName } from "../task/tensors.ts";
import type { Weights } from "../weights.ts";
import { pick } from "../weights/pick.ts";
import { normalizationOf, type Normalization } from "./normalization.ts";

/** What is to be written in another program's format. */
export interface ExportInput {
  document: TaskDocument;
  weights: Weights;
  /** Of the layers that the task leaves at each node. */
  own?: Weights;
  /**
   * The layers alone, as training sees them: normalized rows in, logits out. Otherwise what a user wants: rows as they stand in a
   * file go in, and class probabilities come out.
   */
  bare: boolean;
  /** What else is to be known of the model, for the file's metadata. Plain JSON. */
  about: Readonly<Record<string, string | number>>;
}

/** A layer with its shapes and values. */
export interface ExportedLayer extends Pick<LayerShape, "input" | "output"> {
  layer: Layer;
  /** Unlike all others' of the model. */
  name: string;
  tensors: { name: LayerTensor["name"]; shape: readonly number[]; values: Float32Array }[];
}

/** A model taken apart for writing. */
export interface ExportedModel {
  /** Of one row. */
  input: readonly number[];
  /** Before the first layer, unless the export is bare or the task normalizes nothing. */
  normalization: Normalization | undefined;
  layers: ExportedLayer[];
  /** Behind the last layer, unless the export is bare. */
  final: "softmax" | "sigmoid" | undefined;
  metadata: Record<string, unknown>;
}

/** @throws SwarmError TASK_NO_LAYERS, WEIGHTS_DIFFER */
export function exportedModel({ document, weights, own, bare, about }: ExportInput): ExportedModel {
  const { model, data } = document;
  if (!("layers" in model)) {
    const text = `task ${document.name} lists tensors, not layers: it can be exported as safetensors only, the layers are known to its trainers`;
    throw new SwarmError("TASK_NO_LAYERS", text);
  }
  const input = inputShape(document);
  const shapes = layerShapes(model.layers, input) as LayerShape[];
  const values = valuesByName(document, weights, own);
  const names = layerNames(model.layers);
  const layers = model.layers.map((layer, index): ExportedLayer => {
    const { input: from, output, tensors } = shapes[index] as LayerShape;
    const named = tensors.map(({ name, shape }) => ({
      name,
      shape,
      values: values.get(tensorName(index, layer, name)) as Float32Array,
    }));
    return { layer, name: names[index] as string, input: from, output, tensors: named };
  });
  const final = model.loss === "sigmoidCrossEntropy" ? "sigmoid" : "softmax";
  return {
    input,
    normalization: bare ? undefined : normalizationOf(document, (name) => values.get(name) as Float32Array),
    layers,
    final: bare ? undefined : final,
    metadata: {
      ...about,
      task: document.name,
      input: bare && data.normalize !== "none" ? "normalized rows" : "rows as in the data file",
      output: bare ? "logits" : final === "sigmoid" ? "probability of the second class" : "class probabilities",
      // Which columns, in which order, which classes, and what stands for missing values.
      data,
    },
  };
}

/** Other programs want names without repeats: a number tells layers of one name apart, and those that have none. */
function layerNames(layers: readonly Layer[]): string[] {
  const used = new Set<string>();
  return layers.map((layer, index) => {
    const kind = layer.type.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    let name = layer.name ?? `${kind}_${index}`;
    while (used.has(name)) name = `${name}_${index}`;
    used.add(name);
    return name;
  });
}

function valuesByName(document: TaskDocument, weights: Weights, own: Weights | undefined): Map<string, Float32Array> {
  const all = pick(allTensorSpecs(document), own === undefined ? [weights] : [weights, own]);
  const found = new Map<string, Float32Array>();
  let start = 0;
  for (const { name, shape } of all.specs) {
    const end = start + shape.reduce((product, size) => product * size, 1);
    found.set(name, all.values.subarray(start, end));
    start = end;
  }
  return found;
}
