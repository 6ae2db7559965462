import { SwarmError } from "../errors.ts";
import { stateSpecs } from "../merge/optimizerState.ts";
import { statisticSpecs } from "../statistics/tensors.ts";
import type { TensorSpec } from "../weights.ts";
import { expandColumns } from "./columns.ts";
import { hasColumns } from "./dataSchema.ts";
import type { Layer } from "./layers.ts";
import type { TaskDocument } from "./schema.ts";
import { layerShapes } from "./shapes.ts";

/** The feature columns in the model's order; none where a row's features are a tensor. */
export function featureNames(doc: TaskDocument): readonly string[] {
  if (!hasColumns(doc.data)) return [];
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
 * The tensors that the task's nodes train and share: of updates, and the weights of models, sorted by name. Computed from the document alone, so that anyone
 * can check a file's tensors without a training engine.
 * @throws SwarmError TASK_INVALID where a layer cannot take what the one before gives
 */
export const tensorSpecs = (doc: TaskDocument): TensorSpec[] =>
  specsOf(doc, (layer) => layer === undefined || !isLocal(layer));

/** All tensors of a model's file, sorted by name: those that are shared, then the state of the merge's optimizer, if it has one. @throws SwarmError TASK_INVALID */
export function modelSpecs(doc: TaskDocument): TensorSpec[] {
  const shared = tensorSpecs(doc);
  const { optimizer } = doc.merge;
  return optimizer === undefined ? shared : [...shared, ...stateSpecs(shared, optimizer)];
}

/** The tensors that each node keeps to itself, sorted by name. @throws SwarmError TASK_INVALID */
export const localTensorSpecs = (doc: TaskDocument): TensorSpec[] =>
  specsOf(doc, (layer) => layer !== undefined && isLocal(layer));

/** Both: what is trained, sorted by name. @throws SwarmError TASK_INVALID */
export const allTensorSpecs = (doc: TaskDocument): TensorSpec[] => specsOf(doc, () => true);

const isLocal = (layer: Layer): boolean => "local" in layer && layer.local === true;

/** @param wanted is asked with `undefined` for what belongs to no layer, and is shared: listed tensors, agreed statistics */
function specsOf(doc: TaskDocument, wanted: (layer: Layer | undefined) => boolean): TensorSpec[] {
  const { model } = doc;
  if ("tensors" in model)
    return wanted(undefined) ? sorted(model.tensors.map(({ name, shape }) => ({ name, shape }))) : [];
  const shapes = layerShapes(model.layers, inputShape(doc));
  if (!Array.isArray(shapes)) {
    throw new SwarmError("TASK_INVALID", `task ${doc.name}: model.layers[${shapes.index}] ${shapes.wrong}`, {
      index: shapes.index,
    });
  }
  const specs = model.layers.flatMap((layer, index) =>
    (wanted(layer) ? (shapes[index]?.tensors ?? []) : []).map(({ name, shape }) => ({
      name: tensorName(index, layer, name),
      shape,
    })),
  );
  const statistics = wanted(undefined) ? statisticSpecs(doc, featureNames(doc).length) : [];
  return sorted([...specs, ...statistics]);
}

/** Names are ASCII, so code-unit order is UTF-8 byte order. */
function sorted(specs: TensorSpec[]): TensorSpec[] {
  return specs.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
