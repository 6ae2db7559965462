import { type Command, Option } from "commander";
import { roundChoice } from "./parse.ts";

/** The options that many commands share, each described in one place. */

export function withOutput(command: Command): Command {
  return command
    .option("--json", "print one JSON object on standard output, everything else on standard error")
    .option("--verbose", "print log lines, and causes and stacks of errors");
}

/** For commands that read the network. `--home` helps them only to find its file. */
export function withNetwork(command: Command): Command {
  command
    .addOption(
      new Option(
        "--network <file>",
        "the network's deployment file (default: the home's, else ./swarm/deployment.json)",
      ).env("SWARM_NETWORK"),
    )
    .addOption(
      new Option("--rpc <url>", "the chain's endpoint (default: the home's, else the deployment's)").env("SWARM_RPC"),
    );
  return withOutput(withHome(command));
}

/** For commands that sign. */
export function withAccount(command: Command): Command {
  return withNetwork(withPassword(command));
}

/** For commands that run a model. Keys are needed only where a model has to be asked of members. */
export function withModelSource(command: Command): Command {
  return withAccount(
    command
      .option("--task <task>", "the task: id, a beginning of it, its name, or a task file (default: as in node.yaml)")
      .option("--round <n|latest|best>", "the model of this round (default: latest)", roundChoice)
      .option("--model <safetensors>", "the model in this file"),
  );
}

export function withHome(command: Command): Command {
  return command.addOption(new Option("--home <dir>", "the folder of the account or node").env("SWARM_HOME"));
}

export function withPassword(command: Command): Command {
  return command.addOption(
    new Option(
      "--password-file <file>",
      "file with the keys' password (else SWARM_PASSWORD_FILE, SWARM_PASSWORD, or a question)",
    ),
  );
}
