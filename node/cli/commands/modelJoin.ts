import { resolve } from "node:path";
import { readTaskFile } from "../../adapters/taskfile/readTaskFile.ts";
import { encodeWeights } from "../../core/codec.ts";
import { sha256 } from "../../core/hash.ts";
import { joinParts } from "../../core/modes/splitParts.ts";
import type { Weights } from "../../core/weights.ts";
import type { Cli, OutputOptions } from "../cli.ts";
import { usage } from "../exitCodes.ts";
import { parametersOf, readModelFile } from "../modelFile.ts";
import { counted } from "../output/units.ts";
import { replaceFile, wrote } from "../replaceFile.ts";

interface Options extends OutputOptions {
  task: string;
  out?: string;
}

/** `swarm model join`: the server's and a client's part of a split model as the file of the whole one. */
export async function run(cli: Cli, options: Options, ...files: [string, string]): Promise<undefined> {
  const out = resolve(options.out ?? "model.safetensors");
  if (files.some((file) => resolve(file) === out)) throw usage("--out is a file that is read: name another one");
  const document = await readTaskFile(options.task);
  const parts: Weights[] = [];
  for (const file of files) {
    const { specs, values } = (await readModelFile(file)).model;
    parts.push({ specs, values });
  }
  const whole = joinParts(document, parts);
  const bytes = encodeWeights(whole);
  const wasThere = await replaceFile(out, bytes);
  const hash = sha256(bytes);
  const parameters = parametersOf(whole.specs);
  cli.out.say(`${wrote(out, wasThere)}: a model of ${counted(parameters, "parameter")}, sha256 ${hash}`);
  cli.out.json({ model: out, sha256: hash, parameters });
  return undefined;
}
