import { boundsOf } from "../statistics/tensors.ts";
import { SwarmError } from "../errors.ts";
import type { TaskDocument } from "../task/schema.ts";
import { layerShapes } from "../task/shapes.ts";
import { allTensorSpecs, inputShape } from "../task/tensors.ts";
import type { SplitSection } from "../task/splitSchema.ts";
import type { TensorSpec, Weights } from "../weights.ts";
import { pick } from "../weights/pick.ts";
import { type LayerRange, layerAt } from "./splitLayers.ts";

/** Who holds which layers of a split task, and how wide the borders are. */
export interface SplitParts {
  /** With every default filled in. */
  split: SplitSection & { minClients: number };
  head: LayerRange;
  server: LayerRange;
  /** Where labels are kept; empty otherwise. */
  tail: LayerRange;
  /** Tensors of the client's part (head and tail), sorted by name. */
  clientSpecs: TensorSpec[];
  serverSpecs: TensorSpec[];
  /** Shape of one row at the cut. */
  cutShape: readonly number[];
  /** Shape of one row of what the server's part gives: the tail's input, or the model's outputs. */
  outputShape: readonly number[];
}

/** The tensors of layers `from` to before `to`, sorted by name. */
export const tensorSpecsOfLayers = (doc: TaskDocument, from: number, to: number): TensorSpec[] =>
  allTensorSpecs(doc).filter(({ name }) => {
    const index = Number.parseInt(name, 10);
    return index >= from && index < to;
  });

/** @throws SwarmError TASK_NO_SPLIT for a task without a split section */
export function splitPartsOf(doc: TaskDocument): SplitParts {
  const { split, model } = doc;
  if (split === undefined || !("layers" in model) || boundsOf(doc) !== undefined) {
    const text = `task ${doc.name} has no split section: give it one, at least split.cut and split.epochs (docs/SPLIT.md)`;
    throw new SwarmError("TASK_NO_SPLIT", text);
  }
  const { layers } = model;
  const after = (layerAt(layers, split.cut) as number) + 1;
  const end = split.tail === undefined ? layers.length : (layerAt(layers, split.tail) as number);
  const shapes = layerShapes(layers, inputShape(doc));
  if (!Array.isArray(shapes))
    throw new SwarmError("TASK_INVALID", `task ${doc.name}: layer ${shapes.index} ${shapes.wrong}`);
  const inClient = [...tensorSpecsOfLayers(doc, 0, after), ...tensorSpecsOfLayers(doc, end, layers.length)];
  const names = new Set(inClient.map(({ name }) => name));
  return {
    split: { ...split, minClients: split.minClients ?? doc.round.minPeers },
    head: { from: 0, to: after },
    server: { from: after, to: end },
    tail: { from: end, to: layers.length },
    clientSpecs: allTensorSpecs(doc).filter(({ name }) => names.has(name)),
    serverSpecs: tensorSpecsOfLayers(doc, after, end),
    cutShape: shapes[after - 1]?.output ?? [],
    outputShape: shapes[end - 1]?.output ?? [],
  };
}

/**
 * A whole model's weights out of a client's and the server's part of it, by one party that was given both.
 * @throws SwarmError WEIGHTS_DIFFER where a tensor is missing or has another shape
 */
export const joinParts = (doc: TaskDocument, parts: readonly Weights[]): Weights => pick(allTensorSpecs(doc), parts);

/** How many values a shape has. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
