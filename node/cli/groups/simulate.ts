import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import { POLICY_WORDS, policyNames } from "../../simulator/policies/names.ts";
import { type Definitions, examples, lazily } from "../define.ts";
import { withOutput } from "../options.ts";
import { whole } from "../parse.ts";

export function defineSimulate(program: Command, definitions: Definitions): void {
  const simulate = withOutput(
    program
      .command("simulate")
      .description(
        "run many swarms in this process through seeded faults and lies, and check after every step that the protocol keeps its promises",
      )
      .option("--seeds <n>", "how many swarms, each with a schedule of its own", whole(1, 10_000_000), 100)
      .option("--first <seed>", "the first seed", whole(0, 2 ** 32 - 1), 1)
      .addOption(
        new Option("--seed <seed>", "this one only, with its transcript: the same to the byte every time")
          .argParser(whole(0, 2 ** 32 - 1))
          .conflicts(["seeds", "first", "keepGoing"]),
      )
      .option("-n, --nodes <n>", "members of a swarm, 3f + 1 or more", whole(2, 64), 7)
      .addOption(
        new Option("-f, --faulty <f>", "members that may lie (default: as many as the swarm can bear)").argParser(
          whole(0, 21),
        ),
      )
      .addOption(
        new Option("--faults <kinds>", "all, or power cuts and stops only (the default for f = 0)").choices([
          "all",
          "crashes",
        ]),
      )
      .addOption(
        new Option("--policy <name>", "a known mistake, built in to see it found out").choices([...policyNames]),
      )
      .option("--keep-going", "run all seeds, also after a promise was broken")
      .addOption(
        new Option("--jobs <n>", "threads").argParser(whole(1, 256)).default(availableParallelism(), "one per core"),
      )
      .option(
        "--no-shrink",
        "leave a schedule that broke a promise as it is; else what is not needed for it is left out",
      ),
  );
  const names = Object.entries(POLICY_WORDS).map(([name, words]) => `  ${name.padEnd(19)} ${words}`);
  simulate.addHelpText("after", `\nPolicies:\n${names.join("\n")}`);
  examples(
    simulate,
    "swarm simulate --seeds 1000",
    "swarm simulate --seed 42",
    "swarm simulate -n 10 -f 3 --seeds 200 --json",
    "swarm simulate --policy no-sync",
  );
  lazily(simulate, definitions, () => import("../commands/simulate.ts"));
}
