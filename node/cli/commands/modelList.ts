import { openDiskReadOnly } from "../../adapters/disk/openReadOnly.ts";
import { SwarmError } from "../../core/errors.ts";
import type { Cli, NetworkOptions } from "../cli.ts";
import { homeOf } from "../home.ts";
import { latestModels } from "../latestModels.ts";
import { type OwnModel, readOwnModel } from "../ownModel.ts";
import { namedTask } from "../namedTask.ts";
import { roundScores } from "../roundScores.ts";
import { openSession } from "../session.ts";
import { checkedDocument } from "../taskCheck.ts";
import { findTask } from "../tasks.ts";
import { type ListedModel, modelTable } from "../words/modelTable.ts";

interface Options extends NetworkOptions {
  all?: boolean;
  task?: string;
}

/** `swarm model list`: a task's models, which of them are in this node's folder, and what is known of how good they are. */
export async function run(cli: Cli, options: Options, name: string | undefined): Promise<undefined> {
  const home = homeOf(options);
  const text = await namedTask(options, name);
  await using session = await openSession(cli, options);
  const task = findTask(session.view, text);
  const document = checkedDocument(task);
  const [scores, held] = await Promise.all([
    roundScores(task, home),
    openDiskReadOnly(home.disk).then((disk) => disk.list("model")),
  ]);
  const files = new Set(held);
  const rounds = [{ round: 0, modelHash: task.params.modelHash }, ...task.history];
  const models = rounds.map(({ round, modelHash }): ListedModel => {
    return { round, sha256: modelHash, here: files.has(modelHash), ...scores.get(round) };
  });
  const own = await readOwnModel(home, document, task.taskId).catch(none);

  // For people; programs get all of them.
  const { shown, note } = latestModels(models, options.all === true);
  cli.out.say(modelTable(shown));
  if (note !== undefined) cli.out.say(`\n${note}`);
  cli.out.say(ownWords(own));
  const { bytes: _, weights: __, ...ownFacts } = own ?? { bytes: 0, weights: 0 };
  cli.out.json({ taskId: task.taskId, name: document.name, models, ...(own === undefined ? {} : { own: ownFacts }) });
  return undefined;
}

function ownWords(own: OwnModel | undefined): string {
  if (own === undefined) return "\nThis node keeps no model of its own of this task.";
  const when = own.round === undefined ? "" : `, trained in round ${own.round}`;
  return `\nThis node's own model${when}: sha256 ${own.sha256} (--local uses it; nobody else is given it)`;
}

/** No own model of this task, which is no failure here. */
function none(error: unknown): undefined {
  const code = error instanceof SwarmError ? error.code : undefined;
  if (code === "LOCAL_MODEL_MISSING" || code === "TASK_MODEL_MISFIT") return undefined;
  throw error;
}
