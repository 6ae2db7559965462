import { type Command, Option } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { LISTED_MODELS } from "../latestModels.ts";
import { withAccount, withNetwork, withOutput } from "../options.ts";
import { roundChoice } from "../parse.ts";

export const TASK_ARGUMENT = "the task's id, a beginning of it, or its name (default: as in node.yaml)";
/** `swarm evaluate` and `swarm predict`, whose argument is another, have this alone. */
export const TASK_OPTION = "the same as the argument: the task";

/** The commands of `swarm model` about files here: those of a node's folder, and other programs'. */
export function defineModelFiles(model: Command, definitions: Definitions): void {
  const list = withNetwork(
    model
      .command("list")
      .description("list a task's models: which are in this node's folder, how good they were, and this node's own")
      .argument("[task]", TASK_ARGUMENT)
      .option("--task <task>", TASK_OPTION)
      .option("--all", `list all rounds, and not only the last ${LISTED_MODELS} models`),
  );
  examples(list, "swarm model list wdbc --home clinic-1", "swarm model list --task wdbc --home clinic-1");
  lazily(list, definitions, () => import("../commands/modelList.ts"));

  defineExport(model, definitions);
  defineImport(model, definitions);
  defineJoin(model, definitions);
}

function defineJoin(model: Command, definitions: Definitions): void {
  const joining = withOutput(
    model
      .command("join")
      .description("make a whole model's file of the server's and a client's part of a split model (see docs/SPLIT.md)")
      .argument("<part>", "one part's safetensors file")
      .argument("<other>", "the other part's, of the same epoch")
      .requiredOption("--task <file>", "the task file")
      .option("--out <safetensors>", "the file to write (default: model.safetensors)"),
  );
  examples(joining, "swarm model join server-part.safetensors client-part.safetensors --task task.yaml");
  lazily(joining, definitions, () => import("../commands/modelJoin.ts"));
}

function defineExport(model: Command, definitions: Definitions): void {
  const exporting = withAccount(
    model
      .command("export")
      .description(
        "write a model for other programs, with the task's normalization before it and probabilities behind it",
      )
      .argument("[task]", "the task's id, a beginning of it, its name, or a task file (default: as in node.yaml)")
      .option("--task <task>", TASK_OPTION)
      .addOption(
        new Option("--format <format>", "a TensorFlow.js layers model, an ONNX file, or the network's own file")
          .choices(["tfjs", "onnx", "safetensors"])
          .makeOptionMandatory(),
      )
      .option("--round <n|latest|best>", "the model of this round (default: latest)", roundChoice)
      .option("--model <safetensors>", "the model in this file")
      .option("--local", "this node's own model as it last trained it, instead of the swarm's")
      .option("--bare", "the task's layers alone: normalized rows in, logits out")
      .option("--out <path>", "the file or (tfjs) the new folder to write (default: named for task and round)"),
  );
  examples(
    exporting,
    "swarm model export wdbc --format onnx --out wdbc.onnx --home clinic-1",
    "swarm model export task.yaml --model ten.safetensors --format tfjs --out web-model",
  );
  lazily(exporting, definitions, () => import("../commands/modelExport.ts"));
}

function defineImport(model: Command, definitions: Definitions): void {
  const importing = withOutput(
    model
      .command("import")
      .description(
        "make a first model, and the model section of a task file, of another program's model; runs no code of it",
      )
      .argument("<file>", "model.json of a TensorFlow.js layers model, or a safetensors file")
      .option("--out <safetensors>", "the first model to write (default: first-model.safetensors)")
      .option("--section <yaml>", "the section to write (default: model.yaml)")
      .option("--task <file>", "check that the first model fits this task file"),
  );
  examples(
    importing,
    "swarm model import web-model/model.json",
    "swarm model import weights.safetensors --task task.yaml",
  );
  lazily(importing, definitions, () => import("../commands/modelImport.ts"));
}
