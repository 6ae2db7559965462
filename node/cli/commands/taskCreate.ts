import { readTaskFile } from "../../adapters/taskfile/readTaskFile.ts";
import { SwarmError } from "../../core/errors.ts";
import { encodeModel } from "../../core/codec.ts";
import { sha256 } from "../../core/hash.ts";
import type { TaskParams } from "../../core/ledger/events.ts";
import type { NetworkView } from "../../core/ledger/view/network.ts";
import type { TaskView } from "../../core/ledger/view/task.ts";
import { canonicalDocument, type TaskDocument } from "../../core/task/document.ts";
import { initialModel } from "../../core/task/initialModel.ts";
import { taskParams } from "../../core/task/params.ts";
import { tensorSpecs } from "../../core/task/tensors.ts";
import { splitPartsOf } from "../../core/modes/splitParts.ts";
import { openAccount } from "../identity.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { completedWords, readGivenModel } from "../givenModel.ts";
import { homeOf } from "../home.ts";
import { parametersOf } from "../modelFile.ts";
import { facts } from "../output/table.ts";
import { counted } from "../output/units.ts";
import { openSession, type Session } from "../session.ts";
import { whyNotEligible } from "../words/licenses.ts";
import { federatedWords, splitWords } from "../words/modeCheck.ts";
import { settingFacts } from "../words/settings.ts";
import { thresholdsOf, thresholdWords } from "../words/thresholds.ts";

interface Options extends AccountOptions {
  model?: string;
  seed?: number;
  rounds?: number;
  check?: boolean;
}

export async function run(cli: Cli, options: Options, file: string): Promise<undefined> {
  const document = await readTaskFile(file, { rounds: options.rounds });
  const bytes = canonicalDocument(document);
  const model = await firstModel(cli, options, document);
  if (options.check === true && document.mode === "split") return checkedSplit(cli, document, { file, model });
  const params = taskParams(document, sha256(bytes), sha256(model));
  const parameters = parametersOf(tensorSpecs(document));
  cli.out.say(
    `${file} is valid: task ${document.name}, ${counted(parameters, "parameter")}, ${counted(params.rounds, "round")}, first model sha256 ${params.modelHash}`,
  );
  if (options.check === true) {
    cli.out.say(facts(settingFacts(document)));
    const words =
      document.mode === "federated"
        ? federatedWords(document)
        : thresholdWords(thresholdsOf(params, params.startMembers));
    cli.out.say(words.join("\n"));
    cli.out.json({ valid: true, name: document.name, params, parameters });
    return undefined;
  }

  const home = homeOf(options);
  const actor = await openAccount(cli, options);
  await using session = await openSession(cli, options, actor.signer);
  refuse(session, actor.account, params);
  const identity = await actor.unlock();
  // Loaded only here: checking a file needs neither IPFS nor libp2p.
  const { keepFirstModel } = await import("../firstModel.ts");
  const kept = await keepFirstModel(cli, {
    home,
    identity,
    deployment: session.deployment,
    view: session.view,
    now: session.now(),
    model,
  });
  const receipt = await session.send({ type: "createTask", params, document: bytes, modelCid: kept.cid });
  const task = created(session.view, params);
  cli.out.say(
    `Created task ${document.name}: ${task.taskId}\n` +
      `Its first model is sealed to ${counted(kept.recipients, "node or auditor", "nodes and auditors")}, ${kept.cid}; this node offers it while it runs.\n` +
      `${counted(session.view.registry.threshold, "licensor")} must now look at it (swarm task show ${document.name}) and type:\n` +
      `  swarm task approve ${task.taskId} --home <their folder>`,
  );
  cli.out.json({
    taskId: task.taskId,
    name: document.name,
    params,
    modelCid: kept.cid,
    recipients: kept.recipients,
    unusable: kept.unusable,
    ...receipt,
  });
  return undefined;
}

/** A split task has no parameters of a contract. */
function checkedSplit(
  cli: Cli,
  document: TaskDocument,
  { file, model }: { file: string; model: Uint8Array },
): undefined {
  const parameters = parametersOf(tensorSpecs(document));
  const modelHash = sha256(model);
  const { split } = splitPartsOf(document);
  cli.out.say(
    `${file} is valid: split task ${document.name}, ${counted(parameters, "parameter")}, first model sha256 ${modelHash}`,
  );
  cli.out.say(facts(settingFacts(document)));
  cli.out.say(splitWords(document).join("\n"));
  cli.out.json({ valid: true, name: document.name, split, modelHash, parameters });
}

async function firstModel(cli: Cli, { model, seed }: Options, document: TaskDocument): Promise<Uint8Array> {
  if (model === undefined) return encodeModel(initialModel(document, seed ?? document.training.seed));
  const given = await readGivenModel(model, document);
  if (given.completed) cli.out.note(completedWords(model));
  return given.bytes;
}

/** Whatever the contract would refuse, and tasks that nobody could get the first model of. */
function refuse({ view, now }: Session, account: TaskView["creator"], params: TaskParams): void {
  const why = whyNotEligible(view.registry, account, now());
  if (why !== undefined) {
    throw new SwarmError(
      "NOT_ELIGIBLE",
      `${account} ${why}: tasks are created from a registered node, which offers the first model to the others`,
      { account },
    );
  }
  const same = find(view, params);
  if (same)
    throw new SwarmError(
      "TASK_EXISTS",
      `the ledger has this very task already: ${same.taskId} (swarm task show ${same.taskId})`,
      { taskId: same.taskId },
    );
}

const find = ({ tasks }: NetworkView, { documentHash, modelHash }: TaskParams): TaskView | undefined =>
  [...tasks.values()].find(({ params }) => params.documentHash === documentHash && params.modelHash === modelHash);

function created(view: NetworkView, params: TaskParams): TaskView {
  const task = find(view, params);
  if (task) return task;
  throw new SwarmError(
    "TASK_LOST",
    `the task was mined but is not in the ledger's history: look at "swarm task list"`,
    { params },
  );
}
