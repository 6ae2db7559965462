import { resolve } from "node:path";
import { decodeModel, encodeWeights } from "../../core/codec.ts";
import { sha256 as hashOf } from "../../core/hash.ts";
import { localTensorSpecs, modelSpecs, tensorSpecs } from "../../core/task/tensors.ts";
import { weightsOf } from "../../core/weights/model.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { namedTask } from "../namedTask.ts";
import { readModel } from "../modelOf.ts";
import { counted } from "../output/units.ts";
import { replaceFile, wrote } from "../replaceFile.ts";
import { openSession } from "../session.ts";
import { checkedDocument } from "../taskCheck.ts";
import { findTask } from "../tasks.ts";

interface Options extends AccountOptions {
  task?: string;
  round?: number | "best";
  out?: string;
  weightsOnly?: boolean;
}

/** `swarm model get`: writes a final model, whose hash was checked against the ledger, as a safetensors file. */
export async function run(cli: Cli, options: Options, text: string | undefined): Promise<undefined> {
  const name = await namedTask(options, text);
  await using session = await openSession(cli, options);
  const task = findTask(session.view, name);
  const { round, sha256, source, bytes: whole } = await readModel(cli, session, options, task, options.round);
  const document = checkedDocument(task);
  const weights = tensorSpecs(document);
  const state = modelSpecs(document)
    .slice(weights.length)
    .map(({ name }) => name);
  const stripped = options.weightsOnly === true && state.length > 0;
  const bytes = stripped ? encodeWeights(weightsOf(decodeModel(whole), weights)) : whole;
  const file = resolve(options.out ?? `${document.name}-round-${round}.safetensors`);
  const wasThere = await replaceFile(file, bytes);
  const as = stripped
    ? `sha256 ${hashOf(bytes)}: the weights alone of the model ${sha256} that the ledger records`
    : `sha256 ${sha256} as the ledger records`;
  cli.out.say(`${wrote(file, wasThere)}: model of round ${round}, ${bytes.length} bytes, ${as} (from ${source})`);
  if (state.length > 0 && !stripped)
    cli.out.say(
      `beside the weights it has ${counted(state.length, "tensor")} of the merge's optimizer, which other programs have no use for (--weights-only leaves them out): ${state.join(", ")}`,
    );
  const missing = localTensorSpecs(document).map(({ name }) => name);
  if (missing.length > 0)
    cli.out.say(
      `it has what the nodes share; these tensors stay at each node and are not in it: ${missing.join(", ")}`,
    );
  cli.out.json({
    file,
    round,
    sha256,
    bytes: bytes.length,
    source,
    ...(state.length > 0 ? { state, weightsOnly: stripped } : {}),
    ...(missing.length > 0 ? { missing } : {}),
  });
  return undefined;
}
