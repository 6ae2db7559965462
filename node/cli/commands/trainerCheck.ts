import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createTrainer, type Trainer } from "../../adapters/process/createTrainer.ts";
import type { NodeFile } from "../../adapters/taskfile/nodeFile.ts";
import { readTaskFile } from "../../adapters/taskfile/readTaskFile.ts";
import { initialWeights } from "../../core/task/initialModel.ts";
import { tensorSpecs, type TaskDocument } from "../../core/task/document.ts";
import { squaredNorm } from "../../core/squaredNorm.ts";
import { weightsOf } from "../../core/weights/model.ts";
import { subtract } from "../../core/weights/subtract.ts";
import type { Weights } from "../../core/weights.ts";
import type { Evaluation } from "../../ports/learner.ts";
import type { Cli, OutputOptions } from "../cli.ts";
import { usage } from "../exitCodes.ts";
import { readGivenModel } from "../givenModel.ts";
import { homeOf, requireNodeSettings } from "../home.ts";
import { counted } from "../output/units.ts";
import { cliLogger } from "../system.ts";
import { chooseTrainer } from "../trainer.ts";
import { protectionWords } from "../words/protections.ts";

interface Options extends OutputOptions {
  task: string;
  trainer?: string;
  data?: string;
  model?: string;
  home?: string;
}

export async function run(cli: Cli, options: Options): Promise<undefined> {
  const document = await readTaskFile(options.task);
  const home = options.home === undefined ? undefined : homeOf(options);
  const settings: Pick<NodeFile, "trainer" | "data"> = home === undefined ? {} : await requireNodeSettings(home);
  const chosen = chooseTrainer(settings, { dir: home?.dir ?? process.cwd() }, options.trainer);
  if (chosen === undefined) throw usage(`no trainer to check: name one with --trainer, or as trainer in node.yaml`);
  const dataPath = options.data === undefined ? settings.data : resolve(options.data);
  if (dataPath === undefined) throw usage("no rows to check it with: name a CSV file with --data");
  const base = await firstWeights(document, options.model);
  await using closing = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "swarm-trainer-"));
  closing.defer(() => rm(folder, { recursive: true, force: true }));
  const trainer = await createTrainer({
    document,
    dataPath,
    ...chosen,
    folder: join(folder, "trainer"),
    hidden: home === undefined ? [] : [home.keys],
    environment: process.env,
    logger: cliLogger(cli),
    signal: cli.signal,
  });
  closing.defer(() => trainer.close());
  await tryOut(cli, document, trainer, base);
  return undefined;
}

async function firstWeights(document: TaskDocument, model: string | undefined): Promise<Weights> {
  if (model === undefined) return initialWeights(document, document.training.seed);
  return weightsOf((await readGivenModel(model, document)).model, tensorSpecs(document));
}

/** What a daemon does in a round, and the same training once more. */
async function tryOut({ out, signal }: Cli, document: TaskDocument, trainer: Trainer, base: Weights): Promise<void> {
  const { engine, rows, protections } = trainer;
  out.say(`${engine} says hello: ${counted(rows.training, "row")} to train on, ${rows.validation} to validate`);
  for (const line of protectionWords(protections)) out.say(line);
  const before = await trainer.evaluate(base, { signal });
  out.say(`the model that it starts from: ${figureWords(before)}`);
  const { weights, samples, loss, ms, validation } = await trainer.train(base, 1, { signal });
  const norm = Math.sqrt(squaredNorm(subtract(weights, base).values));
  const most = document.privacy.clipNorm ?? document.limits.maxUpdateNorm;
  const length = `its update is ${norm.toPrecision(3)} long${norm > most ? `, and would be cut to the task's ${most}` : ` (the task allows ${most})`}`;
  out.say(
    `trained ${counted(samples, "row")} in ${Math.round(ms)} ms, loss ${loss.toPrecision(3)}: ${figureWords(validation)}; ${length}`,
  );
  const again = await trainer.train(base, 1, { signal });
  const repeats = again.weights.values.every((value, i) => value === weights.values[i]);
  out.say(
    repeats
      ? "the same round again gives the same weights"
      : "warning: the same round again gives other weights; take random numbers from the task's seed and the round, as far as the framework allows",
  );
  out.say("the trainer keeps the contract");
  out.json({
    engine,
    rows,
    protections,
    before: before ?? null,
    samples,
    loss,
    ms,
    after: validation ?? null,
    norm,
    repeats,
  });
}

const figureWords = (evaluation: Evaluation | undefined): string =>
  evaluation === undefined
    ? "no validation rows to judge it by"
    : `loss ${evaluation.loss.toPrecision(3)}, accuracy ${(evaluation.accuracy * 100).toFixed(1)} % on the validation rows`;
