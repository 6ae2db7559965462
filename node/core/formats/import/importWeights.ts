import { SwarmError } from "../../errors.ts";
import { cut, quoted } from "../../quoted.ts";
import { compareUtf8 } from "../../safetensorsHeader.ts";
import type { LayerTensor } from "../../task/shapes.ts";
import { tensorName } from "../../task/tensors.ts";
import type { TensorSpec, Weights } from "../../weights.ts";
import { KERAS_TENSORS } from "../kerasLayer.ts";
import type { ImportedLayers } from "./importLayers.ts";

/** A tensor as it stands in the file. */
export interface FoundTensor {
  /** Such as `dense_1/kernel`. */
  name: string;
  shape: readonly number[];
  /** Row-major; asked for once, and only for tensors that the model has. */
  values(): Float32Array;
}

/**
 * The file's tensors as those of the task's layers, sorted by the task's names. Every one has its place, and every place gets one.
 * @throws SwarmError IMPORT_WEIGHTS where one is missing, left over, there twice, of another shape or not finite
 */
export function importWeights({ layers, origins }: ImportedLayers, found: readonly FoundTensor[]): Weights {
  const left = new Set(found);
  const tensors = origins.flatMap(({ name: layerName, tensors: own }, index) =>
    own.map(({ name, shape }) => {
      const wanted = `${layerName}/${KERAS_TENSORS[name]}`;
      const matches = found.filter((tensor) => isNamed(tensor.name, layerName, name));
      const [tensor] = matches;
      if (tensor === undefined) throw wrong(wanted, "is not among the file's weights");
      if (matches.length > 1) throw wrong(wanted, `could be ${matches.map((one) => quoted(one.name)).join(" or ")}`);
      if (String(tensor.shape) !== String(shape))
        throw wrong(wanted, `has shape [${tensor.shape}], where the layer needs [${shape}]`);
      left.delete(tensor);
      const layer = layers[index];
      if (layer === undefined) throw new Error("as many layers as origins");
      return { spec: { name: tensorName(index, layer, name), shape } as TensorSpec, tensor };
    }),
  );
  const [extra] = left;
  if (extra !== undefined) throw wrong(extra.name, "belongs to no layer of the model");
  tensors.sort((a, b) => compareUtf8(a.spec.name, b.spec.name));
  const specs = tensors.map(({ spec }) => spec);
  const sizes = specs.map(({ shape }) => shape.reduce((product, size) => product * size, 1));
  const values = new Float32Array(sizes.reduce((sum, size) => sum + size, 0));
  let offset = 0;
  for (const [i, { tensor }] of tensors.entries()) {
    const own = tensor.values();
    if (!own.every(Number.isFinite)) throw wrong(tensor.name, "has values that are not finite");
    values.set(own, offset);
    offset += sizes[i] ?? 0;
  }
  return { specs, values };
}

/** `dense_1/kernel`, also behind the names of models that the layer is in, and with the `:0` of TensorFlow's variables. */
function isNamed(given: string, layer: string, tensor: LayerTensor["name"]): boolean {
  const parts = given.replace(/:0$/, "").split("/");
  const own = parts.at(-1);
  // Keras 3 calls a depthwise kernel as any other.
  const isTensor = own === KERAS_TENSORS[tensor] || (tensor === "depthwiseKernel" && own === "kernel");
  return isTensor && parts.at(-2) === layer;
}

const wrong = (name: string, why: string): SwarmError =>
  new SwarmError("IMPORT_WEIGHTS", `tensor ${quoted(name)} ${why}`, { name: cut(name) });
