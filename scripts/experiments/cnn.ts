/**
 * `npm run cnn -- [options]`: four real daemons on a local chain learn a convolutional network on the digits, each of which sees other digits than
 * the next. Compares the swarm with each of them alone, and with `--mixed` with a swarm whose clinics train with unlike engines; exit code 1 where a
 * target is missed. Ends and deletes what it made.
 */
import { join, resolve } from "node:path";
import { Command } from "commander";
import { nativeProblem } from "../../node/adapters/tfjs/native/folder.ts";
import { whole } from "../../node/cli/parse.ts";
import { SwarmError } from "../../node/core/errors.ts";
import { leave, openTerminal, runScript } from "../local/program.ts";
import { findPython } from "../setup/pythonPlace.ts";
import { runSwarm, SITES, swarmAccuracy, type SwarmResult } from "./cnn/swarm.ts";

/** Accuracy on the hold-out, 0 to 1. */
const LEAST_ACCURACY = 0.95;
/** By how much swarms that train with other engines may differ. */
const MOST_DIFFERENCE = 0.01;

interface Options {
  seed: number;
  rounds?: number;
  mixed?: boolean;
  dir: string;
  json?: boolean;
}

const options = new Command("npm run cnn --")
  .description("Four daemons that see different digits learn a convolutional network, against each of them alone.")
  .option("--seed <n>", "of the split, the hold-out, training and the first model", whole(0, 2 ** 32 - 1), 1)
  .option("--rounds <n>", "another number of rounds", whole(1, 1000))
  .option(
    "--mixed",
    "then the same with two nodes on wasm, one on the native engine, one with PyTorch (npm run setup:native, npm run setup:python)",
  )
  .option("--dir <dir>", "folder of what the run writes, deleted after it", ".swarm/cnn")
  .option("--json", "print the result as one JSON object; progress goes to standard error")
  .exitOverride(leave)
  .parse()
  .opts<Options>();

const terminal = openTerminal(options.json);
const { say, signal } = terminal;
const WASM = ["--engine", "wasm"];

/** What clinics of the mixed swarm train with. @throws SwarmError TRAINING_ENGINE, USAGE_INVALID */
function mixture(): string[][] {
  const problem = nativeProblem();
  if (problem !== undefined)
    throw new SwarmError("TRAINING_ENGINE", `the native training engine cannot be used: ${problem}`);
  const found = findPython("numpy", "torch");
  if ("lacking" in found) throw new SwarmError("USAGE_INVALID", found.lacking);
  const trainer = resolve(import.meta.dirname, "../../examples/trainers/pytorch_cnn.py");
  return [WASM, WASM, ["--engine", "native"], ["--trainer", `"${found.python}" "${trainer}"`]];
}

async function main(): Promise<number> {
  const { seed, rounds } = options;
  const dir = resolve(options.dir);
  const mixed = options.mixed ? mixture() : undefined;
  const alike = await runSwarm({ seed, rounds, dir, trains: Array.from({ length: SITES }, () => WASM), say, signal });
  say(`\n${alike.table}\n`);
  const swarm = swarmAccuracy(alike);
  const alone = alike.results.filter(({ who }) => who.endsWith("alone"));
  const targets: Record<string, boolean> = {
    [`swarm at ${100 * LEAST_ACCURACY} % or more`]: swarm >= LEAST_ACCURACY,
    "swarm above every clinic alone": alone.every(({ accuracy }) => swarm > accuracy),
  };
  let unlike: SwarmResult | undefined;
  if (mixed !== undefined) {
    unlike = await runSwarm({ seed, rounds, dir: join(dir, "..", "cnn-mixed"), trains: mixed, say, signal });
    const accuracy = swarmAccuracy(unlike);
    say(`\nengines ${unlike.engines.join(", ")}: swarm at ${(100 * accuracy).toFixed(1)} %`);
    targets["the mixed swarm within a point of it"] = Math.abs(accuracy - swarm) <= MOST_DIFFERENCE;
  }
  for (const [target, met] of Object.entries(targets)) say(`${met ? "met" : "MISSED"}: ${target}`);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ seed, alike, ...(unlike ? { mixed: unlike } : {}), targets })}\n`);
  return Object.values(targets).every(Boolean) ? 0 : 1;
}

await runScript(terminal, main);
