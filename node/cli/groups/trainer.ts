import type { Command } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { withHome, withOutput } from "../options.ts";

export function defineTrainer(program: Command, definitions: Definitions): void {
  const trainer = program.command("trainer").description("a clinic's own program that trains (docs/TRAINERS.md)");
  const check = withOutput(
    withHome(
      trainer
        .command("check")
        .description(
          "start a trainer as a node would, let it evaluate and train a round, and hold what it returns against the task; needs no network and no keys",
        )
        .requiredOption("--task <file>", "the task file")
        .option("--trainer <command>", "the trainer (default: as in the node.yaml of --home)")
        .option("--data <csv>", "rows (default: as in the node.yaml of --home)")
        .option("--model <file>", "the model to start from (default: made from the task's seed)"),
    ),
  );
  examples(
    check,
    "swarm trainer check --task examples/wdbc/task.yaml --data examples/wdbc/data/train_site0.csv --trainer ./trainer.py",
    "swarm trainer check --task task.yaml --home clinic-1",
  );
  lazily(check, definitions, () => import("../commands/trainerCheck.ts"));
}
