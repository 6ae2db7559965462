/**
 * `npm run unequal -- [options]`: what a proximal term and layers kept local do where sites' rows are unlike, on the digits, with the product's
 * learner and merge.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { table } from "../../node/cli/output/table.ts";
import { whole } from "../../node/cli/parse.ts";
import { SwarmError } from "../../node/core/errors.ts";
import { type Outcome, studyLocalLayers, studyProximal } from "./unequal/studies.ts";

interface Options {
  seeds: number;
  first: number;
  rounds: number;
  json?: boolean;
}

const options = new Command("npm run unequal --")
  .description(
    "Seven unlike sites learn the digits: with and without a proximal term, with layers merged and kept local.",
  )
  .option("--seeds <n>", "how many seeds, each another split, hold-out and first model", whole(1, 1000), 3)
  .option("--first <n>", "the first of them", whole(0, 2 ** 31), 1)
  .option("--rounds <n>", "rounds of each run", whole(1, 1000), 10)
  .option("--json", "print the result as one JSON object; progress goes to standard error")
  .parse()
  .opts<Options>();

const say = (text: string): void => void (options.json ? process.stderr : process.stdout).write(`${text}\n`);
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(name, () => stop.abort(new SwarmError("STOPPED", "stopped by the operator")));

async function main(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "swarm-unequal-"));
  try {
    const outcomes: Outcome[] = [];
    for (let seed = options.first; seed < options.first + options.seeds; seed++) {
      const init = { seed, rounds: options.rounds, dir, signal: stop.signal };
      for (const outcome of [...(await studyProximal(init)), ...(await studyLocalLayers(init))]) {
        outcomes.push(outcome);
        say(`seed ${seed}, ${outcome.study}, ${outcome.way}: ${(100 * outcome.accuracy).toFixed(1)} %`);
      }
    }
    const ways = Map.groupBy(outcomes, ({ study, way }) => `${study}, ${way}`);
    const rows = [...ways].map(([way, of]) => [
      way,
      `${((100 * of.reduce((sum, { accuracy }) => sum + accuracy, 0)) / of.length).toFixed(1)} %`,
      of.map(({ accuracy }) => (100 * accuracy).toFixed(1)).join(", "),
    ]);
    say(`\n${options.rounds} rounds\n${table(["", "accuracy", "each seed"], rows)}`);
    if (options.json) process.stdout.write(`${JSON.stringify({ rounds: options.rounds, outcomes })}\n`);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  if (!stop.signal.aborted) throw error;
  process.exitCode = 130;
}
