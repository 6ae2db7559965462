import type { Command } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { withAccount } from "../options.ts";

export function defineAudit(program: Command, definitions: Definitions): void {
  const audit = withAccount(
    program
      .command("audit")
      .description(
        "recompute everything from the ledger and the files: licences, thresholds, every update and every merge",
      )
      .option(
        "--from <source...>",
        "read files from these nodes' folders or archives, or ask only these running nodes (accounts), each for its own copy",
      )
      .option(
        "--archive <dir>",
        "keep every file that was read and is right in this folder, for audits after the nodes dropped theirs",
      )
      .option(
        "--report <file>",
        "write a report for people to this .html file, or for programs to this .json or .csv file; may be given several times",
        (file: string, before: string[] | undefined) => [...(before ?? []), file],
      )
      .option("--follow", "go on with every new round until Ctrl-C, then report"),
  );
  examples(
    audit,
    "swarm audit --home auditor",
    "swarm audit --from clinic-1 clinic-2 --json",
    "swarm audit --home auditor --from 0x1111111111111111111111111111111111111111",
    "swarm audit --home auditor --archive archive --follow",
    "swarm audit --home auditor --report audit.html --report audit.json",
  );
  lazily(audit, definitions, () => import("../commands/audit.ts"));
}
