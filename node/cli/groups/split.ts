import type { Command } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { withAccount } from "../options.ts";

export function defineSplit(program: Command, definitions: Definitions): void {
  const split = program
    .command("split")
    .description(
      "split learning: clients hold the first layers and the rows, a server that they trust the others (see docs/SPLIT.md)",
    );

  const serve = withAccount(
    split
      .command("serve")
      .description("be the server: hold the layers behind the cut, and let clients train, epoch by epoch")
      .requiredOption("--task <file>", "the task file, with mode split; the same on both sides")
      .option(
        "--model <safetensors>",
        "the model to begin with, the same on both sides (default: made from the task's seed)",
      )
      .option("--once", "end when training is over, instead of staying for clients that come late"),
  );
  examples(serve, "swarm split serve --home server --task task.yaml");
  lazily(serve, definitions, () => import("../commands/splitServe.ts"));

  const join = withAccount(
    split
      .command("join")
      .description("train the layers up to the cut on this node's rows, which never leave it, until training is over")
      .requiredOption("--task <file>", "the task file, with mode split; the same on both sides")
      .requiredOption("--server <account|name>", "the server's account, or its name in node.yaml")
      .option(
        "--model <safetensors>",
        "the model to begin with, the same on both sides (default: made from the task's seed)",
      )
      .option("--data <path>", "the rows, a file or folder (default: as in node.yaml)")
      .option("--once", "end when training is over, as it does anyway"),
  );
  examples(join, "swarm split join --home clinic-1 --task task.yaml --server 0x...");
  lazily(join, definitions, () => import("../commands/splitJoin.ts"));
}
