import { type ExportInput, exportedModel, type ExportedLayer } from "./exported.ts";
import { toLittleEndian } from "./littleEndian.ts";
import { KERAS_TENSORS, type KerasLayer, kerasLayer } from "./kerasLayer.ts";
import type { Normalization } from "./normalization.ts";

/** The files of a TensorFlow.js layers model, which `tf.loadLayersModel` opens. */
export interface LayersModelFiles {
  "model.json": string;
  "weights.bin": Uint8Array<ArrayBuffer>;
}

interface NamedTensor {
  name: string;
  shape: readonly number[];
  values: Float32Array;
}

/** What a layer becomes: one of Keras', and its tensors. */
interface Part {
  layer: KerasLayer;
  tensors: NamedTensor[];
}

/** Layers of this name that the export adds to the task's: importing tells them apart by it. */
export const NORMALIZE_LAYER = "task_normalize";
export const PROBABILITIES_LAYER = "task_probabilities";

/** @throws SwarmError TASK_NO_LAYERS, EXPORT_LAYER, WEIGHTS_DIFFER */
export function encodeLayersModel(given: ExportInput): LayersModelFiles {
  const { input, normalization, layers, final, metadata } = exportedModel(given);
  const parts = [...(normalization === undefined ? [] : normalizing(normalization, input)), ...layers.map(partOf)];
  if (final !== undefined) {
    const config = { name: PROBABILITIES_LAYER, trainable: false, dtype: "float32", activation: final };
    parts.push({ layer: { class_name: "Activation", config }, tensors: [] });
  }
  const [first] = parts;
  // tfjs takes the shape of rows from the first layer.
  if (first) first.layer.config = { ...first.layer.config, batch_input_shape: [null, ...input] };
  const tensors = parts.flatMap((part) => part.tensors);
  const model = {
    format: "layers-model",
    generatedBy: "swarm model export",
    convertedBy: null,
    modelTopology: {
      class_name: "Sequential",
      config: { name: given.document.name, layers: parts.map(({ layer }) => layer) },
      keras_version: "tfjs-layers 4.22.0",
      backend: "tensor_flow.js",
    },
    weightsManifest: [
      { paths: ["weights.bin"], weights: tensors.map(({ name, shape }) => ({ name, shape, dtype: "float32" })) },
    ],
    userDefinedMetadata: metadata,
  };
  return { "model.json": `${JSON.stringify(model, undefined, 2)}\n`, "weights.bin": joined(tensors) };
}

function partOf({ layer, name, tensors }: ExportedLayer): Part {
  return {
    layer: kerasLayer(layer, name),
    tensors: tensors.map(({ name: tensor, shape, values }) => ({
      name: `${name}/${KERAS_TENSORS[tensor]}`,
      shape,
      values,
    })),
  };
}

/**
 * (x - mean) / std as a batch normalization that nobody trains, of variance 1. One value per channel fits images as they are; one per value of
 * a row needs it flat.
 */
function normalizing({ shape, mean, std }: Normalization, input: readonly number[]): Part[] {
  const size = mean.length;
  const vector = (name: string, values: Float32Array): NamedTensor => ({
    name: `${NORMALIZE_LAYER}/${name}`,
    shape: [size],
    values,
  });
  const config = { name: NORMALIZE_LAYER, trainable: false, dtype: "float32", axis: -1, epsilon: 0 };
  const normalize: Part = {
    layer: { class_name: "BatchNormalization", config: { ...config, center: true, scale: true } },
    tensors: [
      vector(
        "gamma",
        std.map((value) => 1 / value),
      ),
      vector("beta", new Float32Array(size)),
      vector("moving_mean", mean),
      vector("moving_variance", new Float32Array(size).fill(1)),
    ],
  };
  if (shape.length === 1) return [normalize];
  const step = (class_name: string, name: string, more: object): Part => ({
    layer: { class_name, config: { name: `${NORMALIZE_LAYER}_${name}`, trainable: false, dtype: "float32", ...more } },
    tensors: [],
  });
  return [step("Flatten", "flat", {}), normalize, step("Reshape", "shape", { target_shape: [...input] })];
}

function joined(tensors: readonly NamedTensor[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(4 * tensors.reduce((sum, { values }) => sum + values.length, 0));
  let offset = 0;
  for (const { values } of tensors) {
    whole.set(toLittleEndian(values), offset);
    offset += 4 * values.length;
  }
  return whole;
}
