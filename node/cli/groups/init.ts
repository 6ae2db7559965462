import type { Command } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { withNetwork, withPassword } from "../options.ts";
import { multiaddrs } from "../parse.ts";

export function defineInit(program: Command, definitions: Definitions): void {
  const init = withNetwork(
    withPassword(
      program
        .command("init")
        .description(
          "make a clinic's node: asks a few questions, then does what node init does; every answer is an option, too",
        )
        .option("--data <path>", "the clinic's rows, a file or folder, which never leave it")
        .option("--listen <multiaddr...>", "where to listen (default: a free port of 127.0.0.1)", multiaddrs)
        .option("--announce <multiaddr...>", "where others reach the node, if that is not where it listens", multiaddrs)
        .option("--trainer <command>", "a program of the clinic's own that trains (see docs/TRAINERS.md)")
        .option("--yes", "ask nothing: what is not given is as usual (folder node, rows and network to be set later)"),
    ),
  );
  examples(init, "swarm init", "swarm init --yes --home clinic-1 --data clinic-1.csv");
  lazily(init, definitions, () => import("../commands/init.ts"));
}
