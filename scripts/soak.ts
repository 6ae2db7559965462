/**
 * `npm run soak -- --minutes N`: ten daemons on a local chain, rounds without end, and faults by a seeded schedule; then a verdict on whether
 * rounds went on, all nodes agreed, and memory, open files and folders stayed level. Ends what it started.
 */
import { resolve } from "node:path";
import { Command } from "commander";
import { createLogger } from "../node/adapters/system/logger.ts";
import { whole } from "../node/cli/parse.ts";
import { SwarmError } from "../node/core/errors.ts";
import { forgetRun, keepChoices, markFinished } from "./local/earlier.ts";
import { leave, openTerminal, runScript } from "./local/program.ts";
import { LEAST_NODES, MOST_NODES } from "./soak/plan.ts";
import { resultText } from "./soak/report.ts";
import { soak } from "./soak/run.ts";

interface Options {
  minutes: number;
  nodes: number;
  seed: number;
  dir: string;
  keep?: boolean;
  json?: boolean;
}

const program = new Command("npm run soak --")
  .description(
    "Runs many daemons under faults for a while, and judges how they fared. Exit code 0 only if every target is met.",
  )
  .option(
    "--minutes <n>",
    "how long faults go on (memory and folders need 15 or more to be judged)",
    whole(1, 100_000),
    20,
  )
  .option("--nodes <n>", "how many clinics, of whom a third may fail at once", whole(LEAST_NODES, MOST_NODES), 10)
  .option("--seed <n>", "of the schedule of faults and of the training", whole(0, 2 ** 32 - 1), 1)
  .option("--dir <dir>", "folder of everything the run writes; an earlier run in it is forgotten", ".swarm/soak")
  .option("--keep", "keep that folder (it is always kept when a target is missed)")
  .option("--json", "print the result as one JSON object; progress goes to standard error")
  .exitOverride(leave);

const options = program.parse().opts<Options>();
const terminal = openTerminal(options.json);
const { say, signal } = terminal;

async function main(): Promise<number> {
  if (process.platform !== "linux")
    throw new SwarmError("USAGE_INVALID", "the soak reads memory and open files under /proc: run it on Linux");
  const { minutes, nodes, seed } = options;
  const dir = resolve(options.dir);
  const logger = createLogger({ level: "warn", pretty: true });
  await forgetRun(dir, logger, signal);
  await keepChoices(dir, { seed });
  const result = await soak({ minutes, nodes, seed, dir, say, signal });
  say(`\n${resultText(result)}`);
  const missed = result.targets.filter(({ met }) => met !== true);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ minutes, nodes, seed, interrupted: terminal.interrupted, ...result })}\n`);
  await markFinished(dir);
  if (options.keep || missed.length > 0) say(`everything that ran is in ${dir}`);
  else await forgetRun(dir, logger, new AbortController().signal);
  if (terminal.interrupted) return 130;
  return missed.length === 0 ? 0 : 1;
}

await runScript(terminal, main);
