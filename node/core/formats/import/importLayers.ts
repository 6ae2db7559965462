import { SwarmError } from "../../errors.ts";
import { quoted } from "../../quoted.ts";
import { problemsOf } from "../../task/issues.ts";
import { type Layer, layerSchema } from "../../task/layers.ts";
import { pathText } from "../../task/problem.ts";
import { layerShapes, type LayerShape } from "../../task/shapes.ts";
import { NORMALIZE_LAYER, PROBABILITIES_LAYER } from "../layersModel.ts";
import { translateLayer, type WrittenLayer } from "./kerasLayers.ts";
import { type FoundLayer, layersOf } from "./topology.ts";
import { sizesOf } from "./value.ts";

/** Most layers that a task has. */
const MAX_LAYERS = 64;

/** A model's layers in a task's words. */
export interface ImportedLayers {
  layers: Layer[];
  /** As one would write them, without what is left to its default. */
  written: WrittenLayer[];
  /** What each is called in the file, and its shapes. */
  origins: (Pick<LayerShape, "tensors"> & { name: string })[];
  loss: "softmaxCrossEntropy" | "sigmoidCrossEntropy";
  /** Shape of one row. */
  input: number[];
  /** Of the last layer: logits. */
  output: number[];
  notes: string[];
}

/**
 * A Keras-style topology as a task's layers and loss. The last layer's softmax or sigmoid is left to the loss; without one, a single output
 * means a sigmoid.
 * @throws SwarmError IMPORT_LAYER, IMPORT_ACTIVATION, IMPORT_FORMAT, IMPORT_TOO_LARGE
 */
export function importLayers(topology: unknown): ImportedLayers {
  const found = layersOf(topology).filter(({ name }) => name !== PROBABILITIES_LAYER);
  refuseExported(found);
  const notes: string[] = [];
  let input = inputOf(found[0]);
  // Normalizations name their axis from the front.
  let rank = input?.length;
  const chain: { name: string; written: WrittenLayer }[] = [];
  for (const { className, name, config } of found) {
    const translated = translateLayer(className, config, rank, (text) => notes.push(text));
    if (translated.kind === "layer") {
      chain.push({ name, written: translated.layer });
      rank = rankAfter(translated.layer, rank);
    } else if (input === undefined) {
      input = rowShape(translated.shape, name);
      rank = input.length;
    }
  }
  const final = takeFinal(chain);
  const layers = checked(chain);
  if (input === undefined) {
    const text = "the model does not say what shape rows have: save it after it was built, with an input shape";
    throw new SwarmError("IMPORT_FORMAT", text);
  }
  const shapes = layerShapes(layers, input);
  if (!Array.isArray(shapes)) {
    const text = `layer ${quoted(chain[shapes.index]?.name)} ${shapes.wrong}`;
    throw new SwarmError("IMPORT_LAYER", text, { index: shapes.index });
  }
  const output = shapes.at(-1)?.output ?? [];
  return {
    layers,
    written: chain.map(({ written }) => written),
    origins: chain.map(({ name }, i) => ({ name, tensors: shapes[i]?.tensors ?? [] })),
    loss: lossOf(output, final),
    input,
    output,
    notes,
  };
}

/** Dimensions of what a layer gives for one row. */
function rankAfter({ type, returnSequences }: WrittenLayer, before: number | undefined): number | undefined {
  if (type === "embedding") return 2;
  if (type === "lstm" || type === "gru") return returnSequences === true ? 2 : 1;
  return type === "flatten" || type.startsWith("globalAverage") ? 1 : before;
}

/** Of rows. @param first whose config may have it */
function inputOf(first: FoundLayer | undefined): number[] | undefined {
  const shape = first?.config.batch_input_shape ?? first?.config.batch_shape;
  return first === undefined || shape === undefined ? undefined : rowShape(shape, first.name);
}

/** @param shape [null, ...sizes of a row] */
function rowShape(shape: unknown, name: string): number[] {
  if (Array.isArray(shape) && shape.length >= 2 && shape.length <= 4)
    return sizesOf(shape.slice(1), `shape of ${quoted(name)}`);
  throw new SwarmError(
    "IMPORT_FORMAT",
    `the input ${quoted(name)} has no fixed shape of one row (features, or height, width and channels)`,
  );
}

/** The task's own schema has the last word about every layer. */
function checked(chain: readonly { name: string; written: WrittenLayer }[]): Layer[] {
  if (chain.length === 0 || chain.length > MAX_LAYERS) {
    throw new SwarmError(
      "IMPORT_LAYER",
      `the model has ${chain.length} layers of a task's kinds; 1 to ${MAX_LAYERS} are needed`,
    );
  }
  return chain.map(({ name, written }) => {
    const parsed = layerSchema.safeParse(written);
    if (parsed.success) return parsed.data;
    const lines = problemsOf(parsed.error.issues, written).map(({ path, message }) => `${pathText(path)} ${message}`);
    throw new SwarmError("IMPORT_LAYER", `layer ${quoted(name)} is none that tasks have: ${lines.join("; ")}`);
  });
}

function lossOf(output: readonly number[], final: string | undefined): ImportedLayers["loss"] {
  if (output.length !== 1) {
    const text = `the model gives [${output}] for each row; a task's model gives one number for each class`;
    throw new SwarmError("IMPORT_LAYER", text);
  }
  const single = output[0] === 1;
  if (single && final !== "softmax") return "sigmoidCrossEntropy";
  if (!single && final !== "sigmoid") return "softmaxCrossEntropy";
  const text = single
    ? "the model ends with a softmax over one output, which is always 1"
    : "the model ends with a sigmoid for each of several outputs, so that classes do not exclude each other; tasks have classes of which one is right";
  throw new SwarmError("IMPORT_ACTIVATION", text);
}

/** Takes the model's last function out where it is one that the task's loss applies. */
function takeFinal(chain: { written: WrittenLayer }[]): string | undefined {
  const last = chain.at(-1)?.written;
  if (last?.activation !== "softmax" && last?.activation !== "sigmoid") return undefined;
  const { activation } = last;
  if (last.type === "activation") chain.pop();
  else delete last.activation;
  return activation;
}

/** The layer that an export adds would be trained like any other: the task has it in its data section. */
function refuseExported(found: readonly FoundLayer[]): void {
  if (!found.some(({ name }) => name.startsWith(NORMALIZE_LAYER))) return;
  const text = `the model begins with the normalization that "swarm model export" put before it: export it again with --bare, and keep data.normalize in the task`;
  throw new SwarmError("IMPORT_LAYER", text);
}
