import { basename, resolve } from "node:path";
import { rowOutputs } from "../../adapters/tfjs/outputs.ts";
import type { RowOutputs } from "../../adapters/tfjs/protocol.ts";
import { type EvaluationReport, evaluationReport } from "../../core/figures/report.ts";
import type { TaskDocument } from "../../core/task/document.ts";
import type { Cli } from "../cli.ts";
import { type Plotted, plotCurves } from "../curvesPlot.ts";
import { type NamedModel, openModelSource, type SourceOptions } from "../modelSource.ts";
import { printable } from "../output/table.ts";
import { replaceFile, wrote } from "../replaceFile.ts";
import { evaluationWords, percent } from "../words/evaluation.ts";

interface Options extends SourceOptions {
  plot?: string;
}

/** `swarm evaluate`: a model's figures on labelled rows that are at hand here; with `--local` the swarm's and those of this node's own model. */
export async function run(cli: Cli, options: Options, file: string): Promise<undefined> {
  const dataPath = resolve(file);
  await using source = await openModelSource(cli, options);
  const { document } = source;
  // A node's own model alone is there without a ledger, and before the first round is final.
  const comparing = options.local === true;
  const alone = comparing && source.task === undefined && options.model === undefined;
  const own = comparing ? await source.local() : undefined;
  const chosen = alone ? undefined : await source.chosen();
  const models = [chosen, own].filter((model) => model !== undefined);
  const outputs = await rowOutputs({ document, dataPath, labelled: true, signal: cli.signal }, models);
  const reported = models.map((model, i) => reportOf(model, outputs[i] as RowOutputs, document));
  const [first, second] = reported;
  if (first === undefined) throw new Error("no model was evaluated");

  const heading = ({ model }: Reported): string => `${model.what} (sha256 ${model.sha256})`;
  cli.out.say(`${document.name}: ${second === undefined ? `${heading(first)}, ` : ""}on ${file}`);
  // What its classes mean is in no other place.
  if (document.description !== undefined) cli.out.say(printable(document.description));
  for (const each of reported) {
    cli.out.say(second === undefined ? "" : `\n${heading(each)}\n`);
    cli.out.say(evaluationWords(each.report));
  }
  if (second !== undefined) cli.out.say(`\n${beside(first, second)}`);
  if (options.plot !== undefined) {
    const plot = resolve(options.plot);
    // A path does not fit there.
    const inPicture = ({ model, report }: Reported): Plotted => ({
      what: options.model === undefined || model === own ? model.what : basename(options.model),
      report,
    });
    const drawn = reported.map(inPicture);
    const title = `${document.name}${second === undefined ? `: ${drawn[0]?.what}` : ""}, on ${basename(file)}`;
    const wasThere = await replaceFile(plot, plotCurves(drawn, title), 0o600);
    cli.out.say(`\n${wrote(plot, wasThere)}: ROC and reliability curves${second === undefined ? "" : " of both"}`);
  }
  // With --local the node's own is what was asked for, and the swarm's is beside it.
  const [asked, swarm] = second === undefined ? [first] : [second, first];
  cli.out.json({
    task: document.name,
    data: dataPath,
    ...forPrograms(asked),
    ...(swarm === undefined ? {} : { swarm: forPrograms(swarm) }),
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

/** Two models on the same rows, a line each. */
function beside(...both: [Reported, Reported]): string {
  const auc = ({ rocAuc }: EvaluationReport): string => (rocAuc === undefined ? "" : `, AUC ${rocAuc.toFixed(4)}`);
  const lines = both.map(
    ({ model, report }) =>
      `  ${model.what}: accuracy ${percent(report.accuracy)}${auc(report)}, log loss ${report.logLoss.toFixed(4)}`,
  );
  return ["On the same rows", ...lines].join("\n");
}

/** Thresholds of a curve's beginning are infinite, which JSON cannot say: there it is null. */
function forPrograms({ model, report }: Reported) {
  const { what, sha256, round, onLedger } = model;
  return { model: { what, sha256, ...(round === undefined ? {} : { round }), onLedger }, ...report };
}
