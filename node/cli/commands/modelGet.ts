import { rename, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { AccountOptions, Cli } from "../cli.ts";
import { localTensorSpecs } from "../../core/task/tensors.ts";
import { readModel } from "../modelOf.ts";
import { openSession } from "../session.ts";
import { checkedDocument } from "../taskCheck.ts";
import { findTask } from "../tasks.ts";

interface Options extends AccountOptions {
  round?: number;
  out?: string;
}

/** `swarm model get`: writes a final model, whose hash was checked against the ledger, as a safetensors file. */
export async function run(cli: Cli, options: Options, text: string): Promise<undefined> {
  await using session = await openSession(cli, options);
  const task = findTask(session.view, text);
  const model = await readModel(cli, session, options, task, options.round);
  const document = checkedDocument(task);
  const file = resolve(options.out ?? `${document.name}-round-${model.round}.safetensors`);
  await writeFile(`${file}.part`, model.bytes);
  await rename(`${file}.part`, file);
  cli.out.say(
    `wrote ${file}: model of round ${model.round}, ${model.bytes.length} bytes, sha256 ${model.sha256} as the ledger records (from ${model.source})`,
  );
  const missing = localTensorSpecs(document).map(({ name }) => name);
  if (missing.length > 0)
    cli.out.say(
      `it has what the nodes share; these tensors stay at each node and are not in it: ${missing.join(", ")}`,
    );
  const { round, sha256, bytes, source } = model;
  cli.out.json({ file, round, sha256, bytes: bytes.length, source, ...(missing.length > 0 ? { missing } : {}) });
  return undefined;
}
