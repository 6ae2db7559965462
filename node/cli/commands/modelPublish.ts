import type { AccountOptions, Cli } from "../cli.ts";
import { keepFirstModel } from "../firstModel.ts";
import { homeOf } from "../home.ts";
import { unlock } from "../identity.ts";
import { namedTask } from "../namedTask.ts";
import { readModel } from "../modelOf.ts";
import { counted } from "../output/units.ts";
import { openSession } from "../session.ts";
import { findTask } from "../tasks.ts";

interface Options extends AccountOptions {
  task?: string;
  round?: number | "best";
}

/** `swarm model publish`: puts a final model into IPFS, sealed to all nodes and auditors that are registered now. */
export async function run(cli: Cli, options: Options, text: string | undefined): Promise<undefined> {
  const name = await namedTask(options, text);
  await using session = await openSession(cli, options);
  const task = findTask(session.view, name);
  const model = await readModel(cli, session, options, task, options.round);
  const home = homeOf(options);
  const identity = await unlock(cli, home, options);
  const { deployment, view } = session;
  const kept = await keepFirstModel(cli, { home, identity, deployment, view, now: session.now(), model: model.bytes });
  cli.out.say(
    `Published the model of round ${model.round}, sealed to ${counted(kept.recipients, "node or auditor", "nodes and auditors")}: ${kept.cid}\n` +
      `This node offers it whenever it runs. Whoever it is sealed to opens it with: ipfs cat ${kept.cid} | age -d -i <home>/keys/encryption.key`,
  );
  cli.out.json({
    cid: kept.cid,
    round: model.round,
    sha256: model.sha256,
    recipients: kept.recipients,
    unusable: kept.unusable,
  });
  return undefined;
}
