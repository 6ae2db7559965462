import { type Command, Option } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { withHome, withOutput, withPassword } from "../options.ts";
import { addresses, whole } from "../parse.ts";

export function defineDeploy(program: Command, definitions: Definitions): void {
  const deploy = withOutput(
    withPassword(
      withHome(
        program
          .command("deploy")
          .description(
            "deploy the contracts of a new network and write its deployment file, which every participant needs",
          )
          .addOption(
            new Option("--licensor <account...>", "accounts of the licensing authority's members")
              .argParser(addresses)
              .makeOptionMandatory(),
          )
          .addOption(
            new Option("--threshold <m>", "how many licensors an act of the council needs")
              .argParser(whole(1, 256))
              .makeOptionMandatory(),
          )
          .option("--suspension-days <days>", "days after which one licensor's suspension lapses", whole(1, 3650), 7)
          .addOption(
            new Option("--rpc <url>", "the chain's endpoint").env("SWARM_RPC").default("http://127.0.0.1:8545"),
          )
          .addOption(
            new Option("--confirmations <n>", "events count after so many blocks (default: at once)")
              .argParser(whole(1))
              .conflicts("finalized"),
          )
          .option("--finalized", "events count when the chain's `finalized` tag has passed them")
          .option(
            "--min-phase-blocks <n>",
            "least blocks of a phase: twice the validators and the finality's lag, or 0 on a chain that mines on demand (default: 0 on a local chain)",
            whole(0, 1_000_000),
          )
          .option("--out <file>", "where the deployment file goes", "swarm/deployment.json")
          .option("--force", "replace a deployment file that is there already"),
      ),
    ),
  );
  examples(
    deploy,
    "swarm deploy --home insurer-a --licensor 0x1111111111111111111111111111111111111111 0x2222222222222222222222222222222222222222 --threshold 2",
    "swarm deploy --home insurer-a --rpc https://chain.example --finalized --min-phase-blocks 12 --licensor 0x1111111111111111111111111111111111111111 --threshold 1",
  );
  lazily(deploy, definitions, () => import("../commands/deploy.ts"));
}
