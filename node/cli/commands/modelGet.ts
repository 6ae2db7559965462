import { rename, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { AccountOptions, Cli } from "../cli.ts";
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
  const file = resolve(options.out ?? `${checkedDocument(task).name}-round-${model.round}.safetensors`);
  await writeFile(`${file}.part`, model.bytes);
  await rename(`${file}.part`, file);
  cli.out.say(
    `wrote ${file}: model of round ${model.round}, ${model.bytes.length} bytes, sha256 ${model.sha256} as the ledger records (from ${model.source})`,
  );
  cli.out.json({ file, round: model.round, sha256: model.sha256, bytes: model.bytes.length, source: model.source });
  return undefined;
}
