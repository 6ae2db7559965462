import { basename, resolve } from "node:path";
import { rowOutputs } from "../../adapters/tfjs/outputs.ts";
import type { RowOutputs } from "../../adapters/tfjs/protocol.ts";
import { type EvaluationReport, evaluationReport } from "../../core/figures/report.ts";
import type { TaskDocument } from "../../core/task/document.ts";
import type { Cli } from "../cli.ts";
import { plotCurves } from "../curvesPlot.ts";
import { type NamedModel, openModelSource, type SourceOptions } from "../modelSource.ts";
import { printable } from "../output/table.ts";
import { replaceFile, wrote } from "../replaceFile.ts";
import { evaluationWords, percent } from "../words/evaluation.ts";

interface Options extends SourceOptions {
  plot?: string;
}

/** `swarm evaluate`: a model's figures on labelled rows that are at hand here; with `--local` those of this node's own model beside the swarm's. */
export async function run(cli: Cli, options: Options, file: string): Promise<undefined> {
  const dataPath = resolve(file);
  await using source = await openModelSource(cli, options);
  const { document } = source;
  // A node's own model alone is there without a ledger, and before the first round is final.
  const comparing = options.local === true;
  const alone = comparing && source.task === undefined && options.model === undefined;
  const own = comparing ? await source.local() : undefined;
  const chosen = alone ? undefined : await source.chosen();
  const models = [own, chosen].filter((model) => model !== undefined);
  const outputs = await rowOutputs({ document, dataPath, labelled: true, signal: cli.signal }, models);
  const [first, second] = models.map((model, i) => reportOf(model, outputs[i] as RowOutputs, document));
  if (first === undefined) throw new Error("no model was evaluated");

  cli.out.say(`${document.name}: ${first.model.what} (sha256 ${first.model.sha256}), on ${file}`);
  // What its classes mean is in no other place.
  if (document.description !== undefined) cli.out.say(printable(document.description));
  cli.out.say("");
  cli.out.say(evaluationWords(first.report));
  if (second !== undefined) cli.out.say(`\n${beside(first.report, second)}`);
  if (options.plot !== undefined) {
    const plot = resolve(options.plot);
    // A path does not fit there.
    const what = options.model === undefined || own !== undefined ? first.model.what : basename(options.model);
    const title = `${document.name}: ${what}, on ${basename(file)}`;
    const wasThere = await replaceFile(plot, plotCurves(first.report, title), 0o600);
    cli.out.say(`\n${wrote(plot, wasThere)}: ROC and reliability curves`);
  }
  cli.out.json({
    task: document.name,
    data: dataPath,
    ...forPrograms(first),
    ...(second === undefined ? {} : { swarm: forPrograms(second) }),
    ...(options.plot === undefined ? {} : { plot: resolve(options.plot) }),
  });
  return undefined;
}

interface Reported {
  model: NamedModel;
  report: EvaluationReport;
}

function reportOf(model: NamedModel, { logits, labels, width }: RowOutputs, document: TaskDocument): Reported {
  return { model, report: evaluationReport(logits, labels, width, document.data.label.classes) };
}

/** The two models in a line, on the same rows. */
function beside(own: EvaluationReport, { model, report }: Reported): string {
  const auc = ({ rocAuc }: EvaluationReport): string => (rocAuc === undefined ? "" : `, AUC ${rocAuc.toFixed(4)}`);
  const words = (each: EvaluationReport): string =>
    `accuracy ${percent(each.accuracy)}${auc(each)}, log loss ${each.logLoss.toFixed(4)}`;
  return `On the same rows\n  own model: ${words(own)}\n  ${model.what}: ${words(report)}`;
}

/** Thresholds of a curve's beginning are infinite, which JSON cannot say: there it is null. */
function forPrograms({ model, report }: Reported) {
  const { what, sha256, round, onLedger } = model;
  return { model: { what, sha256, ...(round === undefined ? {} : { round }), onLedger }, ...report };
}
