import type { Command } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { withNetwork } from "../options.ts";
import { whole } from "../parse.ts";

export function defineDashboard(program: Command, definitions: Definitions): void {
  const dashboard = withNetwork(
    program
      .command("dashboard")
      .description("serve a read-only web page about the network to this machine's browsers, until Ctrl-C")
      .option("--port <port>", "port on 127.0.0.1; 0 for a free one", whole(0, 65_535), 4780)
      .option(
        "--audit-report <file>",
        'what "swarm audit --json" printed (default: the home\'s audit.json, if it is there)',
      ),
  );
  examples(
    dashboard,
    "swarm dashboard",
    "swarm dashboard --home clinic-1 --audit-report audit.json",
    "swarm dashboard --port 0",
  );
  lazily(dashboard, definitions, () => import("../commands/dashboard.ts"));
}
