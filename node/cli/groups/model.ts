import type { Command } from "commander";
import { defineModelFiles, TASK_ARGUMENT, TASK_OPTION } from "./modelFiles.ts";
import { type Definitions, examples, lazily } from "../define.ts";
import { withAccount } from "../options.ts";
import { roundOrBest } from "../parse.ts";

export function defineModel(program: Command, definitions: Definitions): void {
  const model = program
    .command("model")
    .description("models: finished ones, this node's own, and those of other programs");

  const get = withAccount(
    model
      .command("get")
      .description("write a final model as a safetensors file, after checking its hash against the ledger")
      .argument("[task]", TASK_ARGUMENT)
      .option("--task <task>", TASK_OPTION)
      .option(
        "--round <n>",
        "the model of this round, or of the best one (default: the last final one; 0 is the first model)",
        roundOrBest,
      )
      .option("--out <file>", "the file to write (default: <task>-round-<n>.safetensors)")
      .option("--weights-only", "leave out what the task's merge keeps in its models for an optimizer"),
  );
  examples(
    get,
    "swarm model get wdbc --home clinic-1",
    "swarm model get wdbc --round 10 --out ten.safetensors --home clinic-1",
    "swarm model get wdbc --round best --home clinic-1",
  );
  lazily(get, definitions, () => import("../commands/modelGet.ts"));

  const publish = withAccount(
    model
      .command("publish")
      .description(
        "put a final model into IPFS, sealed to all nodes and auditors that are registered now; the daemon must not be running",
      )
      .argument("[task]", TASK_ARGUMENT)
      .option("--task <task>", TASK_OPTION)
      .option("--round <n>", "the model of this round, or of the best one (default: the last final one)", roundOrBest),
  );
  examples(publish, "swarm model publish wdbc --home clinic-1");
  lazily(publish, definitions, () => import("../commands/modelPublish.ts"));

  defineModelFiles(model, definitions);
}
