import { SwarmError } from "../errors.ts";
import type { TensorSpec } from "../weights.ts";
import { expandColumns } from "./columns.ts";
import type { Layer } from "./layers.ts";
import type { TaskDocument } from "./schema.ts";
import { layerShapes } from "./shapes.ts";

/** The feature columns in the model's order. */
export function featureNames(doc: TaskDocument): readonly string[] {
  const { features } = doc.data;
  return Array.isArray(features) ? features : (expandColumns(features.columns) ?? []);
}

/** Shape of one row as the first layer takes it. */
export function inputShape(doc: TaskDocument): readonly number[] {
  return doc.data.inputShape ?? [featureNames(doc).length];
}

/** Name of a layer's tensor in files: the layer's index, its name or type, and which of its tensors it is. */
export function tensorName(index: number, layer: Layer, tensor: string): string {
  return `${index}.${layer.name ?? layer.type}.${tensor}`;
}

/**
 * All tensors that the task trains and merges, sorted by name: computed from the document alone, so that anyone can check a file's
 * tensors without a training engine.
 * @throws SwarmError TASK_INVALID where a layer cannot take what the one before gives
 */
export function tensorSpecs(doc: TaskDocument): TensorSpec[] {
  const { model } = doc;
  if ("tensors" in model) return sorted(model.tensors.map(({ name, shape }) => ({ name, shape })));
  const shapes = layerShapes(model.layers, inputShape(doc));
  if (!Array.isArray(shapes)) {
    throw new SwarmError("TASK_INVALID", `task ${doc.name}: model.layers[${shapes.index}] ${shapes.wrong}`, {
      index: shapes.index,
    });
  }
  const specs = model.layers.flatMap((layer, index) =>
    (shapes[index]?.tensors ?? []).map(({ name, shape }) => ({ name: tensorName(index, layer, name), shape })),
  );
  return sorted(specs);
}

/** Names are ASCII, so code-unit order is UTF-8 byte order. */
function sorted(specs: TensorSpec[]): TensorSpec[] {
  return specs.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
