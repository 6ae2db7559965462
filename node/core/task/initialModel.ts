import { SwarmError } from "../errors.ts";
import { createPrng } from "../prng.ts";
import { totalElements } from "../safetensorsHeader.ts";
import { INITIAL, MEAN, SQUARE } from "../statistics/tensors.ts";
import type { Model, Weights } from "../weights.ts";
import { asModel } from "../weights/model.ts";
import { pick } from "../weights/pick.ts";
import type { TaskDocument } from "./schema.ts";
import { allTensorSpecs, localTensorSpecs, modelSpecs, tensorSpecs } from "./tensors.ts";

const EMBEDDING_LIMIT = 0.05;

/**
 * The weights that a first model begins with: kernels uniform in +-sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010), embeddings uniform in
 * +-0.05, scales, variances and the biases of an LSTM's forget gate 1 (Jozefowicz et al. 2015), agreed statistics those of an even spread, all else 0.
 * Depends on document and seed only, on every machine.
 * @param seed uint32
 * @throws SwarmError TASK_NO_LAYERS for a task that lists tensors: its first model comes as a file
 */
export const initialWeights = (doc: TaskDocument, seed: number): Weights =>
  pick(tensorSpecs(doc), [initialTensors(doc, seed)]);

/** A whole first model: these weights, and an optimizer's state of zeros. @throws SwarmError as `initialWeights` */
export const initialModel = (doc: TaskDocument, seed: number): Model => firstModel(doc, initialWeights(doc, seed));

/** The first model of a task that begins with these weights. */
export function firstModel(doc: TaskDocument, weights: Weights): Model {
  const specs = modelSpecs(doc);
  const values = new Float32Array(totalElements(specs));
  values.set(weights.values);
  return asModel({ specs, values });
}

/** What the layers that a node keeps to itself start from: as in a first model of the task's own seed. @throws SwarmError TASK_NO_LAYERS */
export const initialLocal = (doc: TaskDocument): Weights =>
  pick(localTensorSpecs(doc), [initialTensors(doc, doc.training.seed)]);

function initialTensors(doc: TaskDocument, seed: number): Weights {
  if ("tensors" in doc.model) {
    throw new SwarmError(
      "TASK_NO_LAYERS",
      `task ${doc.name} lists tensors, not layers: give its first model as a safetensors file`,
    );
  }
  const { layers } = doc.model;
  const specs = allTensorSpecs(doc);
  const prng = createPrng(seed);
  const parts = specs.map(({ name, shape }) => {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    if (name === MEAN || name === SQUARE) return values.fill(INITIAL[name]);
    const limit = limitOf(name, shape);
    if (limit !== undefined) return values.map(() => (2 * prng.float() - 1) * limit);
    if (name.endsWith(".bias") && layers[Number.parseInt(name, 10)]?.type === "lstm")
      return values.fill(1, values.length / 4, values.length / 2);
    return /\.(gamma|movingVariance)$/.test(name) ? values.fill(1) : values;
  });
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    values.set(part, offset);
    offset += part.length;
  }
  return { specs, values };
}

/** How far from 0 a tensor's values are drawn; undefined for those that are not drawn. */
function limitOf(name: string, shape: readonly number[]): number | undefined {
  if (name.endsWith(".embeddings")) return EMBEDDING_LIMIT;
  return /\.(kernel|depthwiseKernel|recurrentKernel)$/.test(name) ? Math.sqrt(6 / fanSum(shape)) : undefined;
}

/** Inputs plus outputs of one unit. @param shape [inputs, outputs] or [height, width, inputs, outputs] */
function fanSum(shape: readonly number[]): number {
  const [inputs = 1, outputs = 1] = shape.slice(-2);
  const window = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  return window * (inputs + outputs);
}
