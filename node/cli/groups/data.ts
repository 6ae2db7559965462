import type { Command } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { withOutput } from "../options.ts";

export function defineData(program: Command, definitions: Definitions): void {
  const data = program.command("data").description("a clinic's own rows, which no command shows to others");
  const check = withOutput(
    data
      .command("check")
      .description(
        "read the data as a task's training would, and say what it is like and what will hurt; prints figures, never a row",
      )
      .requiredOption("--task <file>", "the task file (YAML)")
      .argument("[rows]", "the data, a file or a folder as the task's format has it")
      .option("--data <path>", "the same"),
  );
  examples(
    check,
    "swarm data check rows.csv --task task.yaml",
    "swarm data check --task task.yaml --data images --json",
  );
  lazily(check, definitions, () => import("../commands/dataCheck.ts"));
}
