import type { Command } from "commander";
import { MODES } from "../compare/plan.ts";
import { type Definitions, examples, lazily } from "../define.ts";
import { withOutput } from "../options.ts";
import { whole } from "../parse.ts";
import { Option } from "commander";

export function defineCompare(program: Command, definitions: Definitions): void {
  const compare = withOutput(
    program
      .command("compare")
      .description(
        "train one task in several ways on this machine, with real processes, and compare them (docs/MODES.md)",
      )
      .argument("<task>", "a task file, or a folder with task.yaml")
      .requiredOption("--data <csv...>", "each client's rows; one file with --clients")
      .option("--test <csv>", "rows that nobody trains on (default with --clients: a quarter of each class)")
      .option("--clients <n>", "deal the one file of --data out to this many clients", whole(2, 64))
      .option("--skew <dirichlet:alpha>", "how unequally that is done: 0.1 very, 1 mildly, 1000 hardly", "dirichlet:1")
      .option("--rounds <n>", "rounds (default: the task's, at most 12)", whole(1, 10_000))
      .option("--seed <n>", "another seed than the task's", whole(0, 2 ** 32 - 1))
      .addOption(new Option("--modes <list>", "which ways, with commas between").default(MODES.join(",")))
      .option("--kill", "kill the server, in the swarm a node, in the middle, and see what that does")
      .option("--report <html>", "write a page with plots")
      .option("--dir <dir>", "folder for all that runs; new or empty (default: a temporary one, deleted after)"),
  );
  examples(
    compare,
    "swarm compare examples/wdbc --data a.csv b.csv c.csv --test test.csv --report modes.html",
    "swarm compare examples/digits --data examples/digits/data/digits.csv --clients 5 --report modes.html",
  );
  lazily(compare, definitions, () => import("../commands/compare.ts"));
}
