import type { Command } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { withNetwork } from "../options.ts";

export function defineStatus(program: Command, definitions: Definitions): void {
  const status = withNetwork(
    program
      .command("status")
      .description("show the network and how its tasks go on: phase, who acted, who is waited for, the last rounds")
      .option("--task <id>", "only this task: its id, a beginning of it, or its name")
      .option("--watch", "go on, and show it again whenever something happened, until Ctrl-C"),
  );
  examples(status, "swarm status", "swarm status --task wdbc --watch", "swarm status --json");
  lazily(status, definitions, () => import("../commands/status.ts"));
}
