/**
 * `npm start [-- options]`: the whole network on this machine, from nothing to an audited model: a local chain, contracts, licences, four
 * clinics with a daemon each, all rounds of the example task, a comparison on the hold-out, the audit. Ends what it started.
 */
import { resolve } from "node:path";
import { Command } from "commander";
import type { Bytes32 } from "../node/core/primitives.ts";
import { SwarmError } from "../node/core/errors.ts";
import { createLogger } from "../node/adapters/system/logger.ts";
import { whole } from "../node/cli/parse.ts";
import { compareOnHoldOut } from "./local/compare.ts";
import { openLocalNetwork } from "./local/network.ts";
import { places } from "../node/cli/local/plan.ts";
import { wdbcPlan } from "./local/plan.ts";
import { seededTask } from "./local/seeded.ts";
import { choicesOf, earlierRun, explainInUse, forgetRun, keepChoices, markFinished } from "./local/earlier.ts";
import { RoundBoard } from "./local/board.ts";
import { nextSteps, stoppedWords } from "./local/nextSteps.ts";
import { leave, openTerminal, runScript } from "./local/program.ts";

interface Options {
  dir: string;
  fresh?: boolean;
  resume?: boolean;
  seed?: number;
  rounds?: number;
  json?: boolean;
}

const program = new Command("npm start --")
  .description(
    "Runs the example network on this machine: four clinics train one model together, then the ledger is audited.",
  )
  .option("--dir <dir>", "folder of everything the run writes", ".swarm/start")
  .option("--fresh", "forget an earlier run in that folder")
  .option(
    "--resume",
    "go on with an earlier run, or fail if there is none (default: go on with an unfinished one, else start fresh)",
  )
  .option("--seed <n>", "another seed for training and for the first model", whole(0, 2 ** 32 - 1))
  .option("--rounds <n>", "another number of rounds", whole(1, 10_000))
  .option("--json", "print the result as one JSON object; progress goes to standard error")
  .exitOverride(leave);

const options = program.parse().opts<Options>();
const terminal = openTerminal(options.json);
const { say, signal } = terminal;

async function main(): Promise<number> {
  const started = performance.now();
  const dir = resolve(options.dir);
  if (options.fresh && options.resume) throw new SwarmError("USAGE_INVALID", "say either --fresh or --resume");
  const before = await earlierRun(dir);
  if (options.resume && before === "none")
    throw new SwarmError("USAGE_INVALID", `there is no earlier run in ${dir} to go on with: leave --resume away`);
  const goesOn = !options.fresh && before !== "none" && (before === "unfinished" || options.resume === true);
  if (goesOn) say(`going on with the run in ${dir} (--fresh starts over)`);
  // Only what a run made is deleted, never some other folder that --dir names.
  else await forgetRun(dir, createLogger({ level: "warn", pretty: true }), signal);
  const { seed, rounds } = options;
  const asked = { ...(seed === undefined ? {} : { seed }), ...(rounds === undefined ? {} : { rounds }) };
  if (!goesOn) await keepChoices(dir, asked);

  const plan = await seededTask(wdbcPlan(dir), goesOn ? await choicesOf(dir, asked) : asked);
  await using network = await openLocalNetwork({ plan, say, signal });
  const board = new RoundBoard({
    clinics: plan.data.length,
    rounds: network.rounds,
    say,
    live: process.stdout.isTTY === true && !options.json,
  });
  await network.startDaemons((clinic, event) => board.take(clinic, event));
  say(`training ${network.rounds} rounds on ${plan.data.length} clinics; each keeps its rows to itself`);
  await network.finished();
  const models = board.finalModels();
  say(
    models.length === 1
      ? `all ${plan.data.length} nodes hold the same model ${models[0]}`
      : `the nodes hold DIFFERENT models: ${models.join(", ")}`,
  );

  const comparison = await compareOnHoldOut({
    plan,
    home: places(plan).clinics[0] as string,
    firstHash: network.firstHash,
    modelHash: models[0] as Bytes32,
    rounds: network.rounds,
    signal,
  });
  say(`\n${comparison.table}\n`);
  const audit = await network.audit();
  say(audit.text);
  await markFinished(dir);
  const seconds = (performance.now() - started) / 1000;
  say(`\ndone in ${seconds.toFixed(0)} s. ${nextSteps(dir, process.cwd())}`);
  if (options.json)
    process.stdout.write(
      `${JSON.stringify({ models, rounds: network.rounds, results: comparison.results, audit: audit.report, seconds })}\n`,
    );
  return models.length === 1 ? audit.exitCode : 1;
}

await runScript(terminal, async () => {
  const dir = resolve(options.dir);
  try {
    return await main();
  } catch (error) {
    // Its processes have ended by now.
    if (terminal.interrupted && (await earlierRun(dir)) === "unfinished") say(stoppedWords(dir, process.cwd()));
    throw explainInUse(error, dir, "npm start -- --dir .swarm/second");
  }
});
