import { EXIT, type ExitCode } from "../exitCodes.ts";
import type { FinalRound, TaskView } from "../../core/ledger/view/task.ts";
import type { TaskDocument } from "../../core/task/document.ts";
import { localTensorSpecs, modelSpecs, tensorSpecs } from "../../core/task/tensors.ts";
import type { Cli, NetworkOptions } from "../cli.ts";
import { completedWords, readGivenModel } from "../givenModel.ts";
import { parametersOf, tensorNorms } from "../modelFile.ts";
import { facts, table } from "../output/table.ts";
import { duration } from "../output/units.ts";
import { openSession } from "../session.ts";
import { checkedDocument } from "../taskCheck.ts";
import { findTask } from "../tasks.ts";
import { federatedWords } from "../words/modeCheck.ts";
import { settingFacts } from "../words/settings.ts";
import { thresholdsOf, thresholdWords } from "../words/thresholds.ts";

interface Options extends NetworkOptions {
  model?: string;
}

export async function run(cli: Cli, options: Options, text: string): Promise<ExitCode | undefined> {
  await using session = await openSession(cli, options);
  const task = findTask(session.view, text);
  const document = checkedDocument(task);
  const specs = tensorSpecs(document);
  const approved = session.view.registry.approvedTasks.has(task.taskId);
  const thresholds = thresholdsOf(task.params, Math.max(task.params.startMembers, task.members.length));
  const model = options.model === undefined ? undefined : await inspectModel(options.model, task, document);

  cli.out.say(overview(task, document, approved));
  const words = document.mode === "federated" ? federatedWords(document) : thresholdWords(thresholds);
  cli.out.say(`\n${words.join("\n")}`);
  const rows = specs.map(({ name, shape }) => [name, `[${shape.join(", ")}]`]);
  cli.out.say(`\nModel: ${parametersOf(specs)} parameters\n${table(["TENSOR", "SHAPE"], rows)}`);
  const state = modelSpecs(document).slice(specs.length);
  const stateRows = state.map(({ name, shape }) => [name, `[${shape.join(", ")}]`]);
  if (state.length > 0)
    cli.out.say(`\nThe optimizer's state, in models only\n${table(["TENSOR", "SHAPE"], stateRows)}`);
  const kept = localTensorSpecs(document).map(({ name, shape }) => [name, `[${shape.join(", ")}]`]);
  if (kept.length > 0) cli.out.say(`\nStays at each node\n${table(["TENSOR", "SHAPE"], kept)}`);
  if (model) {
    if (model.completed) cli.out.say(`\n${completedWords(model.file)}`);
    cli.out.say(
      model.isFirst
        ? `\n${options.model} is the task's first model.`
        : `\n${options.model} is NOT the task's first model: its sha256 is ${model.sha256}.`,
    );
    cli.out.say(
      table(
        ["TENSOR", "NORM", "LARGEST VALUE"],
        model.norms.map(({ name, norm, largest }) => [name, norm.toPrecision(5), largest.toPrecision(5)]),
      ),
    );
  }
  cli.out.say(`\nDocument:\n${JSON.stringify(document, undefined, 2)}`);
  const { taskId, params, creator, modelCid, members } = task;
  cli.out.json({
    taskId,
    creator,
    approved,
    params,
    modelCid,
    members,
    thresholds,
    tensors: specs,
    ...(state.length > 0 ? { state } : {}),
    document,
    rounds: task.history.map(mergeInputs),
    ...(model ? { model } : {}),
  });
  return model === undefined || model.isFirst ? undefined : EXIT.FAILED;
}

/** What a final round was merged from, for programs that do it again: with the document, all that the result depends on. */
const mergeInputs = ({ round, base, seen, included, modelHash }: FinalRound) => ({
  round,
  base,
  seed: seen,
  updates: included.map(({ member, sha256, weight }) => ({ member, sha256, weight })),
  modelHash,
});

function overview(
  { taskId, params, creator, modelCid, members }: TaskView,
  document: TaskDocument,
  approved: boolean,
): string {
  const { name, description } = document;
  const { submitSeconds, attestSeconds, mergeSeconds } = params;
  return facts([
    ["task", name],
    ...(description === undefined ? [] : ([["description", description]] as [string, string][])),
    ["id", taskId],
    ["created by", creator],
    ["approved", approved ? "yes" : `not yet: licensors type "swarm task approve ${name}"`],
    ["document", `sha256 ${params.documentHash}`],
    ["first model", `sha256 ${params.modelHash}\nsealed copy ${modelCid}`],
    ...settingFacts(document),
    ["rounds", params.rounds],
    ["phases", `submit ${duration(submitSeconds)}, attest ${duration(attestSeconds)}, merge ${duration(mergeSeconds)}`],
    ["members", members.length === 0 ? "none yet" : members.join("\n")],
  ]);
}

async function inspectModel(path: string, { params }: TaskView, document: TaskDocument) {
  const given = await readGivenModel(path, document);
  return {
    file: path,
    sha256: given.sha256,
    isFirst: given.sha256 === params.modelHash,
    norms: tensorNorms(given.model),
    ...(given.completed ? { completed: true } : {}),
  };
}
