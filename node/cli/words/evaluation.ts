import type { EvaluationReport } from "../../core/figures/report.ts";
import { facts, table } from "../output/table.ts";
import { counted } from "../output/units.ts";

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Most classes whose confusions are shown as a table: more do not fit into a terminal. */
const SHOWN_CLASSES = 12;

/** A model's figures for people. */
export function evaluationWords(report: EvaluationReport): string {
  const { rows, accuracy, accuracyInterval: interval, logLoss, rocAuc, brier, ece, bins, classes, macro } = report;
  const overview = facts([
    [
      "accuracy",
      `${percent(accuracy)} (95 % interval ${percent(interval.low)} to ${percent(interval.high)}, ${counted(rows, "row")})`,
    ],
    ["log loss", `${logLoss.toFixed(4)} nats`],
    ["ROC AUC", aucWords(rocAuc, classes.length)],
    ["calibration", `ECE ${ece.toFixed(4)} over ${bins.length} bins, Brier score ${brier.toFixed(4)}`],
  ]);
  const figures = classes.map(({ class: name, precision, recall, f1, support }) => [
    name,
    ...[precision, recall, f1].map((share) => share.toFixed(4)),
    support,
  ]);
  const means = ["macro mean", ...[macro.precision, macro.recall, macro.f1].map((share) => share.toFixed(4)), rows];
  const parts = [overview, table(["CLASS", "PRECISION", "RECALL", "F1", "ROWS"], [...figures, means])];
  if (classes.length <= SHOWN_CLASSES) parts.push(confusionTable(report));
  return parts.join("\n\n");
}

function aucWords(auc: number | undefined, classes: number): string {
  if (auc === undefined) return "none: rows of fewer than two classes";
  return `${auc.toFixed(4)}${classes === 2 ? "" : " (mean over the classes, each against the rest)"}`;
}

function confusionTable({ classes, confusion }: EvaluationReport): string {
  const names = classes.map((each) => each.class);
  const rows = confusion.map((counts, actual) => [names[actual] as string, ...counts]);
  return `Rows of a class (down), and what they were taken for (across)\n${table(["", ...names], rows)}`;
}
