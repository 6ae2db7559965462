import type { Command } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { withModelSource } from "../options.ts";

export function defineEvaluate(program: Command, definitions: Definitions): void {
  const evaluate = withModelSource(
    program
      .command("evaluate")
      .description(
        "evaluate a model on labelled rows at hand here: accuracy, confusions, precision and recall per class, ROC AUC, calibration",
      )
      .argument("<data>", "the rows, as the task describes them")
      .option("--local", "evaluate this node's own model as it last trained it, too: both in full")
      .option("--plot <svg>", "draw ROC and reliability curves into this file"),
  );
  examples(
    evaluate,
    "swarm evaluate holdout.csv --task wdbc --home clinic-1 --plot curves.svg",
    "swarm evaluate holdout.csv --local --home clinic-1",
    "swarm evaluate holdout.csv --task task.yaml --model ten.safetensors",
  );
  lazily(evaluate, definitions, () => import("../commands/evaluate.ts"));

  const predict = withModelSource(
    program
      .command("predict")
      .description("write class and probabilities of each row of a file, which may have no labels, as CSV")
      .argument("<data>", "the rows, as the task describes them; a label column is not looked at")
      .option("--local", "use this node's own model as it last trained it, instead of the swarm's")
      .option("--id <column>", "keep this column of the data, to tell rows by")
      .option("--out <csv>", "the file to write (default: <data>-predictions.csv)"),
  );
  examples(predict, "swarm predict new.csv --task wdbc --home clinic-1 --id patient --out answers.csv");
  lazily(predict, definitions, () => import("../commands/predict.ts"));
}
