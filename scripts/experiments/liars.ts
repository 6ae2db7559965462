/**
 * `npm run liars -- [options]`: seven real daemons on a local chain learn the digits, two of them send wrong updates; how good the last model is
 * under the rule that such a task gets by default, and under the mean. Ends and deletes what it made.
 */
import { resolve } from "node:path";
import { Command, Option } from "commander";
import { fileErrorOf } from "../../node/cli/fileError.ts";
import { whole } from "../../node/cli/parse.ts";
import { SwarmError } from "../../node/core/errors.ts";
import { CONDUCTS } from "./liars/lies.ts";
import { summarize, summaryTable } from "./liars/report.ts";
import { runTrial, type Trial, type TrialResult } from "./liars/run.ts";

interface Options {
  seeds: number;
  first: number;
  rounds: number;
  lie: Trial["lie"][];
  merge: Trial["merge"][];
  dir: string;
  json?: boolean;
}

const options = new Command("npm run liars --")
  .description(
    "Seven daemons learn the digits, two of them lie: what that costs under the default rule and under the mean.",
  )
  .option("--seeds <n>", "how many seeds, each another split, hold-out and first model", whole(1, 1000), 3)
  .option("--first <n>", "the first of them", whole(0, 2 ** 31), 1)
  .option("--rounds <n>", "rounds of each run", whole(1, 1000), 20)
  .addOption(new Option("--lie <lie...>", "what the last two do").choices(CONDUCTS).default([...CONDUCTS]))
  .addOption(new Option("--merge <rule...>", "merge rules").choices(["default", "mean"]).default(["default", "mean"]))
  .option("--dir <dir>", "folder of what a run writes, deleted after it", ".swarm/liars")
  .option("--json", "print the result as one JSON object; progress goes to standard error")
  .parse()
  .opts<Options>();

const say = (text: string): void => void (options.json ? process.stderr : process.stdout).write(`${text}\n`);
const stop = new AbortController();
let interrupted = false;
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => {
    if (interrupted) process.exit(130);
    interrupted = true;
    say("stopping everything (once more to give up waiting)");
    stop.abort(new SwarmError("STOPPED", "stopped by the operator"));
  });
}

async function main(): Promise<void> {
  const { seeds, first, rounds } = options;
  const results: TrialResult[] = [];
  for (let seed = first; seed < first + seeds; seed++) {
    for (const lie of options.lie) {
      // Without liars there is nothing to withstand: the default rule stands for what the network comes to.
      const honest = lie === "none" || lie === "absent";
      for (const merge of options.merge.filter((rule) => !honest || rule === "default")) {
        const result = await runTrial({ seed, rounds, lie, merge }, resolve(options.dir), stop.signal);
        results.push(result);
        const { accuracy, hints, included, seconds } = result;
        say(
          `seed ${seed}, lie ${lie}, merge ${merge}: ${(accuracy * 100).toFixed(1)} % (hints: ${hints.liars} of the last two, ${hints.others} of others; merged in ${rounds} rounds: ${included.liars} of the last two, ${included.others} of others; ${seconds.toFixed(0)} s)`,
        );
      }
    }
  }
  const summary = summarize(results);
  say(`\n${rounds} rounds, ${seeds} seeds, ${results[0]?.testRows} rows to test on\n${summaryTable(summary)}`);
  if (options.json) process.stdout.write(`${JSON.stringify({ rounds, summary, results })}\n`);
}

try {
  await main();
} catch (error) {
  const known = error instanceof SwarmError ? error : fileErrorOf(error);
  if (!interrupted)
    process.stderr.write(
      known ? `error: ${known.message}\n` : `${(error as Error).stack}\nThis is a bug; please report it.\n`,
    );
  process.exitCode = interrupted ? 130 : 1;
}
