/**
 * `npm run fuzz [-- --seconds N --seed N --format NAME...]`: damages valid files of every format at random and reads them in a child process with
 * limits on time and memory. A reader may read or refuse by a named error; anything else is a failure, is kept as files, and ends with exit code 1.
 */
import { cp, mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command, Option } from "commander";
import { table } from "../node/cli/output/table.ts";
import { whole } from "../node/cli/parse.ts";
import { FORMATS } from "./fuzz/formats.ts";
import { Runner } from "./fuzz/runner.ts";

interface Options {
  seconds: number;
  seed: number;
  format?: string[];
  case?: number;
  caseSeconds: number;
  memory: number;
  dir: string;
}

interface Tally {
  cases: number;
  results: Map<string, number>;
  slowest: number;
  peakMiB: number;
  faults: number;
}

const program = new Command("npm run fuzz --")
  .description(
    "Reads damaged files of every format; each has to be read or refused by a named error, in time and memory.",
  )
  .option("--seconds <n>", "how long, all formats together", whole(1, 86_400), 60)
  .option("--seed <n>", "what the damage follows from", whole(0, 2 ** 32 - 1), 1)
  .addOption(new Option("--format <name...>", "these only").choices(Object.keys(FORMATS)))
  .option("--case <n>", "this case only, of one --format: the same to the byte every time", whole(0))
  .option("--case-seconds <n>", "how long one case may take", whole(1, 600), 10)
  .option("--memory <mib>", "how much a reading process may take", whole(64, 65_536), 384)
  .option("--dir <dir>", "folder for files that show a failure", ".swarm/fuzz");

async function main(options: Options): Promise<boolean> {
  const formats = options.format ?? Object.keys(FORMATS);
  const runner = new Runner({ ms: options.caseSeconds * 1000, mib: options.memory });
  const tallies = new Map<string, Tally>();
  const scratch = resolve(options.dir, `run-${process.pid}`);
  const until = performance.now() + options.seconds * 1000;
  try {
    for (let index = options.case ?? 0; index === 0 || performance.now() < until; index++) {
      for (const format of formats) await one(format, index);
      if (options.case !== undefined) break;
    }
  } finally {
    await runner.close();
    await rm(scratch, { recursive: true, force: true });
  }
  report(tallies);
  return [...tallies.values()].every(({ faults }) => faults === 0);

  async function one(format: string, index: number): Promise<void> {
    const folder = join(scratch, `${format}-${index}`);
    await mkdir(folder, { recursive: true });
    const outcome = await runner.run({ format, seed: options.seed, index, folder });
    const tally = tallies.get(format) ?? { cases: 0, results: new Map(), slowest: 0, peakMiB: 0, faults: 0 };
    tallies.set(format, tally);
    tally.cases++;
    tally.results.set(outcome.result, (tally.results.get(outcome.result) ?? 0) + 1);
    tally.slowest = Math.max(tally.slowest, outcome.ms);
    tally.peakMiB = Math.max(tally.peakMiB, outcome.peakMiB);
    if (outcome.fault === undefined) {
      await rm(folder, { recursive: true });
      return;
    }
    tally.faults++;
    const kept = resolve(options.dir, `${format}-${options.seed}-${index}`);
    await rm(kept, { recursive: true, force: true });
    await mkdir(kept, { recursive: true });
    await cp(folder, kept, { recursive: true });
    console.log(`${format}, seed ${options.seed}, case ${index}: ${outcome.result}: ${outcome.fault}\nkept as ${kept}`);
    console.log(`again: npm run fuzz -- --format ${format} --seed ${options.seed} --case ${index}\n`);
  }
}

function report(tallies: ReadonlyMap<string, Tally>): void {
  const rows = [...tallies].map(([format, tally]) => {
    const results = [...tally.results].sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`);
    return [format, tally.cases, tally.faults, Math.ceil(tally.slowest), Math.round(tally.peakMiB), results.join(", ")];
  });
  console.log(table(["FORMAT", "CASES", "FAILED", "SLOWEST MS", "PEAK MIB", "RESULTS"], rows));
}

program.action(async (options: Options) => {
  if (!(await main(options))) process.exitCode = 1;
});
await program.parseAsync();
