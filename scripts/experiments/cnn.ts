/**
 * `npm run cnn -- [options]`: four real daemons on a local chain learn a convolutional network on the digits, each of which sees other digits than
 * the next. Compares the swarm with each of them alone; exit code 1 where a target is missed. Ends and deletes what it made.
 */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { createLogger } from "../../node/adapters/system/logger.ts";
import { whole } from "../../node/cli/parse.ts";
import { SwarmError } from "../../node/core/errors.ts";
import type { Bytes32 } from "../../node/core/primitives.ts";
import { compareOnHoldOut } from "../local/compare.ts";
import { forgetRun, keepChoices } from "../local/earlier.ts";
import { openLocalNetwork } from "../local/network.ts";
import { openTerminal, runScript } from "../local/program.ts";
import { seededTask } from "../local/seeded.ts";
import { Warden } from "../soak/warden.ts";
import { divideDigits, writeRows } from "./digits.ts";

const SITES = 4;
const ALPHA = 1;
const LEAST_ROWS = 60;
/** Accuracy on the hold-out, 0 to 1. */
const LEAST_ACCURACY = 0.95;

interface Options {
  seed: number;
  rounds?: number;
  dir: string;
  json?: boolean;
}

const options = new Command("npm run cnn --")
  .description("Four daemons that see different digits learn a convolutional network, against each of them alone.")
  .option("--seed <n>", "of the split, the hold-out, training and the first model", whole(0, 2 ** 32 - 1), 1)
  .option("--rounds <n>", "another number of rounds", whole(1, 1000))
  .option("--dir <dir>", "folder of what the run writes, deleted after it", ".swarm/cnn")
  .option("--json", "print the result as one JSON object; progress goes to standard error")
  .parse()
  .opts<Options>();

const terminal = openTerminal(options.json);
const { say, signal } = terminal;

async function main(): Promise<number> {
  const started = performance.now();
  const dir = resolve(options.dir);
  const logger = createLogger({ level: "warn", pretty: true });
  await forgetRun(dir, logger, signal);
  const { seed, rounds } = options;
  const choices = { seed, ...(rounds === undefined ? {} : { rounds }) };
  await keepChoices(dir, choices);
  await using closing = new AsyncDisposableStack();
  closing.defer(() => forgetRun(dir, logger, new AbortController().signal));
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const { header, parts, test } = await divideDigits({ sites: SITES, alpha: ALPHA, seed, least: LEAST_ROWS });
  const data: string[] = [];
  for (const [i, part] of parts.entries()) data.push(await writeRows(join(dir, `rows-${i + 1}.csv`), header, part));
  const pooled = await writeRows(join(dir, "pooled.csv"), header, parts.flat());
  const holdOut = await writeRows(join(dir, "test.csv"), header, test);
  const taskFile = resolve(import.meta.dirname, "../../examples/digits-cnn/task.yaml");
  const plan = await seededTask({ dir, licensors: 1, threshold: 1, data, taskFile, test: holdOut, pooled }, choices);
  say(`${parts.map(({ length }) => length).join(", ")} rows at ${SITES} clinics, ${test.length} to test on`);

  const warden = closing.use(new Warden());
  const network = closing.use(
    await openLocalNetwork({ plan, say, signal, onChain: (pid) => warden.watch(pid, "SIGTERM") }),
  );
  const models = new Set<Bytes32>();
  await network.startDaemons((clinic, { event, ...record }) => {
    if (event === "finished") models.add(record.modelHash as Bytes32);
    if (event === "round" && clinic === 0) say(`round ${record.round as number} of ${network.rounds} is final`);
  });
  await network.finished();
  const [modelHash] = models;
  if (modelHash === undefined || models.size !== 1)
    throw new SwarmError("MODELS_DIFFER", `the daemons ended with ${models.size} models: ${[...models].join(", ")}`);
  say(`all ${SITES} nodes hold the same model ${modelHash}`);

  const { table, results } = await compareOnHoldOut({
    plan,
    home: network.at.clinics[0] as string,
    firstHash: network.firstHash,
    modelHash,
    rounds: network.rounds,
    signal,
  });
  const swarm = results.find(({ who }) => who === "swarm")?.accuracy ?? 0;
  const alone = results.filter(({ who }) => who.endsWith("alone")).map(({ accuracy }) => accuracy);
  const targets = {
    [`swarm at ${100 * LEAST_ACCURACY} % or more`]: swarm >= LEAST_ACCURACY,
    "swarm above every clinic alone": alone.every((accuracy) => swarm > accuracy),
  };
  const seconds = (performance.now() - started) / 1000;
  say(`\n${table}\n`);
  for (const [target, met] of Object.entries(targets)) say(`${met ? "met" : "MISSED"}: ${target}`);
  say(`done in ${seconds.toFixed(0)} s`);
  if (options.json)
    process.stdout.write(
      `${JSON.stringify({ seed, rounds: network.rounds, model: modelHash, results, targets, seconds })}\n`,
    );
  return Object.values(targets).every(Boolean) ? 0 : 1;
}

await runScript(terminal, main);
