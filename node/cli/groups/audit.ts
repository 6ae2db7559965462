import type { Command } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { withAccount } from "../options.ts";

export function defineAudit(program: Command, definitions: Definitions): void {
  const audit = withAccount(
    program
      .command("audit")
      .description("recompute everything from the ledger and the files: licences, thresholds, every update and every merge")
      .option("--task <id>", "only this task: its id, a beginning of it, or its name")
      .option("--from <dir...>", "read files from these nodes' folders as well"),
  );
  examples(audit, "swarm audit --home auditor", "swarm audit --home auditor --from clinic-1 clinic-2 --json");
  lazily(audit, definitions, () => import("../commands/audit.ts"));
}
