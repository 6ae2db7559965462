import { type Command, Option } from "commander";
import { ENGINE_SETTINGS } from "../../ports/learner.ts";
import { type Definitions, examples, lazily } from "../define.ts";
import { withAccount } from "../options.ts";

const TASK = "the task, with mode federated: a task file, or an approved task's id, a beginning of it, or its name";

export function defineFederated(program: Command, definitions: Definitions): void {
  const federated = program
    .command("federated")
    .description("federated learning: a trusted coordinator merges what licensed clients train (docs/FEDERATED.md)");

  const serve = withAccount(
    federated
      .command("serve")
      .description("run the coordinator: ask clients for updates, merge them, round by round; it trains nothing itself")
      .option("--task <file|task>", TASK)
      .option("--model <safetensors>", "the model to begin with (default: made from the task's seed)")
      .option(
        "--once",
        "end when all rounds are done and clients have the model, instead of staying to give it to them",
      ),
  );
  examples(serve, "swarm federated serve --home server --task task.yaml");
  lazily(serve, definitions, () => import("../commands/federatedServe.ts"));

  const join = withAccount(
    federated
      .command("join")
      .description("run a client: train on rows that stay here whatever the coordinator asks for, and send updates")
      .requiredOption("--server <account|name>", "the coordinator's node: its account, or what node.yaml calls it")
      .option("--task <file|task>", TASK)
      .option("--data <path>", "this client's rows, a file or folder (default: as in node.yaml)")
      .addOption(
        new Option(
          "--engine <name>",
          "what trains; auto is the fastest that works here (default: as in node.yaml, else auto)",
        )
          .choices(ENGINE_SETTINGS)
          .conflicts("trainer"),
      )
      .option("--trainer <command>", "a program of the client's own that trains (default: as in node.yaml)")
      .option("--once", "end when the last model is here, instead of at Ctrl-C"),
  );
  examples(join, "swarm federated join --home clinic-1 --server 0x... --task task.yaml");
  lazily(join, definitions, () => import("../commands/federatedJoin.ts"));
}
