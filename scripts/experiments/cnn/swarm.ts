import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createLogger } from "../../../node/adapters/system/logger.ts";
import { SwarmError } from "../../../node/core/errors.ts";
import type { Bytes32 } from "../../../node/core/primitives.ts";
import { type Comparison, compareOnHoldOut } from "../../local/compare.ts";
import { forgetRun, keepChoices } from "../../local/earlier.ts";
import { openLocalNetwork } from "../../local/network.ts";
import { seededTask } from "../../local/seeded.ts";
import { Warden } from "../../soak/warden.ts";
import { divideDigits, writeRows } from "../digits.ts";

export const SITES = 4;
const ALPHA = 1;
const LEAST_ROWS = 60;

export interface SwarmRun {
  seed: number;
  rounds?: number | undefined;
  dir: string;
  /** Options of `swarm node run` that say what each clinic trains with. */
  trains: readonly (readonly string[])[];
  say(text: string): void;
  signal: AbortSignal;
}

export interface SwarmResult extends Comparison {
  /** The one that all nodes hold in the end. */
  model: Bytes32;
  rounds: number;
  /** What trained at each clinic, with its version. */
  engines: string[];
  seconds: number;
}

/**
 * Four daemons in processes of their own learn the digits by convolutions, from an empty ledger to the last round, and are compared with what each
 * clinic learns alone. Leaves nothing behind.
 * @throws SwarmError MODELS_DIFFER
 */
export async function runSwarm({ seed, rounds, dir, trains, say, signal }: SwarmRun): Promise<SwarmResult> {
  const started = performance.now();
  const logger = createLogger({ level: "warn", pretty: true });
  await forgetRun(dir, logger, signal);
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
  const taskFile = resolve(import.meta.dirname, "../../../examples/digits-cnn/task.yaml");
  const base = { dir, licensors: 1, threshold: 1, data, taskFile, test: holdOut, pooled };
  const plan = await seededTask(base, choices);
  say(`${parts.map(({ length }) => length).join(", ")} rows at ${SITES} clinics, ${test.length} to test on`);

  const warden = closing.use(new Warden());
  const network = closing.use(
    await openLocalNetwork({
      plan,
      say,
      signal,
      onChain: (pid) => warden.watch(pid, "SIGTERM"),
      argsOf: (clinic) => trains[clinic] ?? [],
    }),
  );
  const models = new Set<Bytes32>();
  const engines: string[] = [];
  await network.startDaemons((clinic, { event, ...record }) => {
    if (event === "ready") engines[clinic] = String(record.engine);
    if (event === "finished") models.add(record.modelHash as Bytes32);
    if (event === "round" && clinic === 0) say(`round ${record.round} of ${network.rounds} is final`);
  });
  await network.finished();
  const [model] = models;
  if (model === undefined || models.size !== 1)
    throw new SwarmError("MODELS_DIFFER", `the daemons ended with ${models.size} models: ${[...models].join(", ")}`);
  say(`all ${SITES} nodes hold the same model ${model}`);
  const comparison = await compareOnHoldOut({
    plan,
    home: network.at.clinics[0] as string,
    firstHash: network.firstHash,
    modelHash: model,
    rounds: network.rounds,
    signal,
  });
  return { ...comparison, model, rounds: network.rounds, engines, seconds: (performance.now() - started) / 1000 };
}

/** Accuracy of the swarm's last model, 0 to 1. */
export const swarmAccuracy = ({ results }: Comparison): number =>
  results.find(({ who }) => who === "swarm")?.accuracy ?? 0;
