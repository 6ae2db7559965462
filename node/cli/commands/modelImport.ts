import { basename, resolve } from "node:path";
import { readPlainFile } from "../../adapters/layersmodel/plainFile.ts";
import { readLayersModel } from "../../adapters/layersmodel/readLayersModel.ts";
import { modelSection } from "../../adapters/taskfile/modelSection.ts";
import { readTaskFile } from "../../adapters/taskfile/readTaskFile.ts";
import { encodeWeights } from "../../core/codec.ts";
import { SwarmError } from "../../core/errors.ts";
import { type ImportedLayers, importLayers } from "../../core/formats/import/importLayers.ts";
import { importWeights } from "../../core/formats/import/importWeights.ts";
import { looseSafetensors } from "../../core/formats/import/looseSafetensors.ts";
import { looseWeights } from "../../core/formats/import/looseWeights.ts";
import { sha256 } from "../../core/hash.ts";
import { MAX_PARAMETERS } from "../../core/task/params.ts";
import { tensorSpecs } from "../../core/task/tensors.ts";
import type { Weights } from "../../core/weights.ts";
import type { Cli, OutputOptions } from "../cli.ts";
import { usage } from "../exitCodes.ts";
import { checkModel, parametersOf } from "../modelFile.ts";
import { counted } from "../output/units.ts";
import { replaceFile, wrote } from "../replaceFile.ts";

interface Options extends OutputOptions {
  out?: string;
  section?: string;
  task?: string;
}

/** Bytes of a safetensors file that may be read: all values of the largest model, and a header. */
const MAX_FILE_BYTES = 4 * MAX_PARAMETERS + 2_097_152;

/** What an import makes: a task file's section, and a first model's weights. */
interface Imported {
  section: string;
  weights: Weights;
  notes: string[];
}

/** `swarm model import`: another program's model as the `model` section of a task file and as a first model. */
export async function run(cli: Cli, options: Options, file: string): Promise<undefined> {
  const out = resolve(options.out ?? "first-model.safetensors");
  const section = resolve(options.section ?? "model.yaml");
  if (out === resolve(file)) throw usage(`--out is the file that is read: name another one`);
  const imported = await importFile(file, cli.signal);
  if (options.task !== undefined) {
    const document = await readTaskFile(options.task);
    checkModel(imported.weights, tensorSpecs(document), file);
  }
  const bytes = encodeWeights(imported.weights);
  const wasThere = await replaceFile(out, bytes);
  const hadSection = await replaceFile(section, imported.section);
  const hash = sha256(bytes);
  const parameters = parametersOf(imported.weights.specs);
  cli.out.say(`${wrote(out, wasThere)}: a first model of ${counted(parameters, "parameter")}, sha256 ${hash}`);
  cli.out.say(`${wrote(section, hadSection)}: the model section of its task file`);
  for (const note of imported.notes) cli.out.note(`note: ${note}`);
  if (options.task === undefined)
    cli.out.say(
      `Next: put that section into a task file, then "swarm task create <file> --model ${options.out ?? "first-model.safetensors"} --check"`,
    );
  cli.out.json({
    model: out,
    sha256: hash,
    parameters,
    section,
    notes: imported.notes,
    tensors: imported.weights.specs,
  });
  return undefined;
}

async function importFile(file: string, signal: AbortSignal): Promise<Imported> {
  if (/\.safetensors$/i.test(file)) return ofSafetensors(file);
  if (/\.json$/i.test(file)) return ofLayersModel(file, signal);
  const advice = /\.(keras|h5|hdf5)$/i.test(file)
    ? `turn it into a layers model first, in Python with Keras: python examples/keras/to_layers_model.py ${basename(file)} converted, then import converted/model.json`
    : "a TensorFlow.js layers model (model.json) or a safetensors file can be imported";
  throw new SwarmError("IMPORT_FORMAT", `${file} is of a kind that is not read: ${advice}`, { file });
}

async function ofLayersModel(file: string, signal: AbortSignal): Promise<Imported> {
  const { topology, tensors } = await readLayersModel(file, signal);
  const layers = importLayers(topology);
  const { written, loss, notes } = layers;
  return {
    section: modelSection({ layers: written, loss }, hints(file, layers)),
    weights: importWeights(layers, tensors),
    notes,
  };
}

/** What the rest of the task file has to agree with. */
function hints(file: string, { input, output, loss }: ImportedLayers): string[] {
  const classes = loss === "sigmoidCrossEntropy" ? 2 : output[0];
  const features = input.reduce((product, size) => product * size, 1);
  const shape = input.length === 1 ? "" : `, data.inputShape: [${input.join(", ")}]`;
  return [
    `From ${basename(file)}. The rest of the task has to fit: ${features} features${shape}, ${classes} classes.`,
    "How rows were prepared for this model belongs into data.normalize.",
  ];
}

async function ofSafetensors(file: string): Promise<Imported> {
  const weights = looseWeights(looseSafetensors(await readPlainFile(file, MAX_FILE_BYTES)));
  const tensors = weights.specs.map(({ name, shape }) => ({ name, shape: [...shape] }));
  const comments = [
    `From ${basename(file)}: tensors alone, for trainers that know the layers.`,
    "For a model of layers, write these out instead; their tensors have to have these names and shapes.",
  ];
  return { section: modelSection({ tensors }, comments), weights, notes: [] };
}
