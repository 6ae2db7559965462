import type { Command } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { withOutput } from "../options.ts";
import { ipAddress, whole } from "../parse.ts";

export function defineChain(program: Command, definitions: Definitions): void {
  const chain = program.command("chain").description("a chain on this machine, for trying things out and for tests");
  const start = withOutput(
    chain
      .command("start")
      .description(
        "start a local chain (free gas, mines on demand) in the foreground; Ctrl-C stops it, its state is kept",
      )
      .option("--dir <dir>", "folder of the chain's state", "swarm/chain")
      .option(
        "--host <address>",
        "IP address to listen on; others than 127.0.0.1 let other machines rewrite the chain",
        ipAddress,
        "127.0.0.1",
      )
      .option("--port <port>", "port there", whole(0, 65_535), 8545)
      .option("--chain-id <id>", "chain id", whole(1), 31_337),
  );
  examples(start, "swarm chain start", "swarm chain start --dir /var/lib/swarm/chain --port 9545");
  lazily(start, definitions, () => import("../commands/chainStart.ts"));
}
