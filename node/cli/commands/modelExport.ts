import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { encodeWeights } from "../../core/codec.ts";
import { SwarmError } from "../../core/errors.ts";
import type { ExportInput } from "../../core/formats/exported.ts";
import { encodeLayersModel } from "../../core/formats/layersModel.ts";
import { encodeOnnx } from "../../core/formats/onnx/encodeOnnx.ts";
import { sha256 } from "../../core/hash.ts";
import { localTensorSpecs } from "../../core/task/tensors.ts";
import type { Cli } from "../cli.ts";
import { type NamedModel, openModelSource, type SourceOptions } from "../modelSource.ts";
import { namedTask } from "../namedTask.ts";
import { replaceFile, wrote } from "../replaceFile.ts";

export const FORMATS = ["tfjs", "onnx", "safetensors"] as const;
type Format = (typeof FORMATS)[number];

interface Options extends SourceOptions {
  format: Format;
  out?: string;
  bare?: boolean;
}

/** `swarm model export`: a model in the format of another program. */
export async function run(cli: Cli, options: Options, text: string | undefined): Promise<undefined> {
  const task = await namedTask(options, text);
  await using source = await openModelSource(cli, { ...options, task });
  const { document } = source;
  const isOwn = options.local === true;
  const model = isOwn ? await source.local() : await source.chosen();
  const { format, bare = false } = options;
  const name = `${document.name}${isOwn ? "-own" : model.round === undefined ? "" : `-round-${model.round}`}`;
  const out = resolve(options.out ?? (format === "tfjs" ? `${name}-tfjs` : `${name}.${format}`));
  const { weights, own } = model;
  const about = aboutOf(model, isOwn, source.task?.taskId);
  const input: ExportInput = { document, weights, ...(own === undefined ? {} : { own }), bare, about };

  const missing = format === "safetensors" ? localTensorSpecs(document).map((spec) => spec.name) : [];
  // A node's own model tells more about its patients than what the swarm shares.
  const mode = isOwn ? 0o600 : 0o666;
  let wasThere = false;
  if (format === "tfjs") await writeFolder(out, { ...encodeLayersModel(input) }, mode);
  else wasThere = await replaceFile(out, format === "onnx" ? encodeOnnx(input) : model.bytes, mode);
  cli.out.say(`${wrote(out, wasThere)}: ${model.what} (sha256 ${model.sha256}) as ${WORDS[format]}`);
  if (format !== "safetensors") cli.out.say(takesWords(bare, document.data.normalize !== "none"));
  if (missing.length > 0) cli.out.say(`these tensors stay at each node and are not in the file: ${missing.join(", ")}`);
  const ownHash = own === undefined ? {} : { own: sha256(encodeWeights(own)) };
  cli.out.json({
    file: out,
    format,
    ...(format === "safetensors" ? {} : { bare }),
    ...about,
    ...ownHash,
    onLedger: model.onLedger,
  });
  return undefined;
}

const WORDS: Record<Format, string> = {
  tfjs: "a TensorFlow.js layers model (model.json and weights.bin)",
  onnx: "an ONNX model",
  safetensors: "the network's own file, byte for byte",
};

/** What the file says of the model it holds; no path of this machine. */
function aboutOf({ sha256: hash, round }: NamedModel, isOwn: boolean, taskId: string | undefined) {
  return {
    sha256: hash,
    ...(isOwn ? { model: "a node's own, before any merge" } : {}),
    ...(round === undefined ? {} : { round }),
    ...(taskId === undefined ? {} : { taskId }),
  };
}

function takesWords(bare: boolean, normalizes: boolean): string {
  if (!bare)
    return `It takes rows as they stand in the data file${normalizes ? " and normalizes them itself" : ""}, and gives class probabilities. Missing values are the caller's to fill in.`;
  return `It takes ${normalizes ? "rows that were normalized as the task says" : "rows as the task has them"}, and gives logits.`;
}

/** All files or none: written into a folder beside, which then gets the name. @throws SwarmError EXPORT_EXISTS */
async function writeFolder(folder: string, files: Record<string, string | Uint8Array>, mode: number): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const there = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (there.length > 0) {
    const text = `${folder} is there and not empty: name a new folder with --out, or delete this one`;
    throw new SwarmError("EXPORT_EXISTS", text, { folder });
  }
  const part = `${folder}.part`;
  try {
    await rm(part, { recursive: true, force: true });
    await mkdir(part, { mode: mode === 0o600 ? 0o700 : 0o777 });
    for (const [name, content] of Object.entries(files))
      await writeFile(join(part, name), content, { mode, flush: true });
    await rename(part, folder);
  } catch (error) {
    await rm(part, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}
