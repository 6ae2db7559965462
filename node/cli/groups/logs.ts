import { type Command, Option } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { LOG_LEVELS } from "../logRecord.ts";
import { withHome, withOutput } from "../options.ts";
import { since } from "../parseSince.ts";

export function defineLogs(program: Command, definitions: Definitions): void {
  const logs = withOutput(
    withHome(
      program
        .command("logs")
        .description("show the log of a node's daemon, rotated files included")
        .option("--follow", "go on with what is written, until Ctrl-C")
        .addOption(new Option("--level <level>", "the least level that is shown").choices(LOG_LEVELS).default("info"))
        .option("--since <time>", "only what is younger: 30m, 2h, 7d, a day or a moment", (text) => since(text)),
    ),
  );
  examples(
    logs,
    "swarm logs --home clinic-1 --since 2h",
    "swarm logs --home clinic-1 --level warn --follow",
    "swarm logs --home clinic-1 --json",
  );
  lazily(logs, definitions, () => import("../commands/logs.ts"));
}
