import { type Command, Option } from "commander";
import { ENGINE_SETTINGS } from "../../ports/learner.ts";
import { type Definitions, examples, lazily } from "../define.ts";
import { withAccount, withHome, withNetwork, withOutput, withPassword } from "../options.ts";
import { monitorAddress } from "../monitorAddress.ts";
import { multiaddrs, whole } from "../parse.ts";

export function defineNode(program: Command, definitions: Definitions): void {
  const node = program.command("node").description("a clinic's (or an auditor's) node");

  const init = withNetwork(
    withPassword(
      node
        .command("init")
        .description(
          "make the keys and the node.yaml of a clinic's or auditor's node in a new folder, and print what to send to the licensing authority",
        )
        .option(
          "--listen <multiaddr...>",
          "where to listen (default: a free port of 127.0.0.1, chosen now)",
          multiaddrs,
        )
        .option("--announce <multiaddr...>", "where others reach the node, if that is not where it listens", multiaddrs)
        .option("--data <path>", "the clinic's rows, a file or folder, which never leave it")
        .option("--trainer <command>", "a program of the clinic's own that trains (see docs/TRAINERS.md)"),
    ),
  );
  examples(
    init,
    "swarm node init --home clinic-1 --data clinic-1.csv",
    "swarm node init --home clinic-1 --data clinic-1.csv --listen /ip4/0.0.0.0/tcp/4001 --announce /dns4/node.clinic.example/tcp/4001",
  );
  lazily(init, definitions, () => import("../commands/nodeInit.ts"));

  const show = withOutput(
    withHome(node.command("show").description("print a node's public keys and settings; needs no password")),
  );
  examples(show, "swarm node show --home clinic-1");
  lazily(show, definitions, () => import("../commands/nodeShow.ts"));

  const register = withAccount(
    node
      .command("register")
      .description("register the node's keys and addresses under its licence; again after either changed"),
  );
  examples(register, "swarm node register --home clinic-1");
  lazily(register, definitions, () => import("../commands/nodeRegister.ts"));

  const rotate = withAccount(
    node
      .command("rotate-keys")
      .description(
        "give a stopped node a new libp2p key and a new encryption key, and register them under its licence",
      ),
  );
  examples(rotate, "swarm node rotate-keys --home clinic-1");
  lazily(rotate, definitions, () => import("../commands/nodeRotateKeys.ts"));

  const run = withAccount(
    node
      .command("run")
      .description(
        "run the node: train, share, merge and vote, round by round; after the last round it stays to serve files to members and auditors, until Ctrl-C",
      )
      .option("--task <id>", "the task to work on: id, a beginning of it, or its name (default: the one joined last)")
      .option("--data <path>", "the clinic's rows, a file or folder (default: as in node.yaml)")
      .addOption(
        new Option(
          "--engine <name>",
          "what trains; auto is the fastest that works here, measured once (default: as in node.yaml, else auto)",
        )
          .choices(ENGINE_SETTINGS)
          .conflicts("trainer"),
      )
      .option(
        "--trainer <command>",
        "a program of the clinic's own that trains, in place of the built-in engine (default: as in node.yaml; see docs/TRAINERS.md)",
      )
      .addOption(
        new Option(
          "--metrics <[host:]port>",
          "serve figures for monitors there (see docs/METRICS.md); without a host only this machine reaches them (default: as in node.yaml, else none)",
        )
          .argParser(monitorAddress)
          .env("SWARM_METRICS"),
      )
      .option("--once", "end when all rounds of the task are final, instead of staying to serve files")
      .option(
        "--dashboard [port]",
        "serve a read-only web page about the node and the network on 127.0.0.1 (port: 4780, or 0 for a free one)",
        whole(0, 65_535),
      ),
  );
  examples(run, "swarm node run --home clinic-1", "swarm node run --home clinic-1 --trainer ./trainer.py");
  lazily(run, definitions, () => import("../commands/nodeRun.ts"));

  const backup = withOutput(
    withPassword(
      withHome(
        node
          .command("backup")
          .description("write all keys of a node or account into one encrypted file")
          .argument("<file>", "the new file"),
      ),
    ),
  );
  examples(backup, "swarm node backup /media/safe/clinic-1.age --home clinic-1");
  lazily(backup, definitions, () => import("../commands/nodeBackup.ts"));

  const restore = withOutput(
    withPassword(
      withHome(
        node
          .command("restore")
          .description("make the keys of a node or account again from a backup, in a new folder")
          .argument("<file>", "the backup"),
      ),
    ),
  );
  examples(restore, "swarm node restore /media/safe/clinic-1.age --home clinic-1-again");
  lazily(restore, definitions, () => import("../commands/nodeRestore.ts"));
}
