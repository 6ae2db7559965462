import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readPublicIdentity } from "../../../node/adapters/keys/publicIdentity.ts";
import { openDiskReadOnly } from "../../../node/adapters/disk/openReadOnly.ts";
import { createLogger } from "../../../node/adapters/system/logger.ts";
import { evaluateData } from "../../../node/adapters/tfjs/evaluate.ts";
import { decodeModel } from "../../../node/core/codec.ts";
import { tensorSpecs } from "../../../node/core/task/tensors.ts";
import { weightsOf } from "../../../node/core/weights/model.ts";
import { SwarmError } from "../../../node/core/errors.ts";
import type { Address, Bytes32 } from "../../../node/core/primitives.ts";
import type { TaskDocument } from "../../../node/core/task/document.ts";
import type { RoundRecord } from "../../../node/daemon/components.ts";
import { forgetRun, keepChoices } from "../../local/earlier.ts";
import { openLocalNetwork } from "../../local/network.ts";
import type { LocalPlan } from "../../../node/cli/local/plan.ts";
import { Warden } from "../../soak/warden.ts";
import { divideDigits, writeRows } from "../digits.ts";
import { MLP, writeTask } from "../task.ts";
import type { Conduct, Lie } from "./lies.ts";

export const SITES = 7;
export const LIARS = 2;
const ALPHA = 1;
/** No site is so small that it learns next to nothing by itself. */
const LEAST_ROWS = 60;
const LOCAL_EPOCHS = 5;
/** A phase ends when all have acted; so long a limit leaves nobody out for being slow. */
const PHASE_SECONDS = 120;

export interface Trial {
  seed: number;
  rounds: number;
  lie: Conduct;
  merge: "default" | "mean";
}

export interface TrialResult extends Trial {
  /** Of the last model, on rows that no site has. */
  accuracy: number;
  model: Bytes32;
  testRows: number;
  siteRows: number[];
  /** Updates that the first node's hints named, of the last two sites (who lie, if anybody does) and of the rest. */
  hints: { liars: number; others: number };
  /** Updates that were merged, of all rounds. */
  included: { liars: number; others: number };
  seconds: number;
}

/** Seven daemons in processes of their own, the last two of which may lie, from an empty ledger to the last round. Leaves nothing behind. */
export async function runTrial(trial: Trial, dir: string, signal: AbortSignal): Promise<TrialResult> {
  const started = performance.now();
  const logger = createLogger({ level: "warn", pretty: true });
  await forgetRun(dir, logger, signal);
  await keepChoices(dir, { seed: trial.seed, rounds: trial.rounds });
  await using closing = new AsyncDisposableStack();
  closing.defer(() => forgetRun(dir, logger, new AbortController().signal));
  const { plan, test, testRows, siteRows } = await planOf(trial, dir);
  const warden = closing.use(new Warden());
  const network = closing.use(
    await openLocalNetwork({
      plan,
      say: () => undefined,
      signal,
      onChain: (pid) => warden.watch(pid, "SIGTERM"),
      programOf: (site) => programOf(trial, plan, site),
    }),
  );
  const models = new Set<Bytes32>();
  const hinted: Address[] = [];
  const merged: Address[] = [];
  await network.startDaemons((site, { event, ...record }) => {
    if (event === "finished") models.add(record.modelHash as Bytes32);
    if (event !== "round" || site !== 0) return;
    const { hints = [], included } = record as unknown as RoundRecord;
    hinted.push(...hints.map(({ account }) => account));
    merged.push(...included);
  });
  await network.finished();
  const [model] = models;
  if (model === undefined || models.size !== 1)
    throw new SwarmError("MODELS_DIFFER", `the daemons ended with ${models.size} models: ${[...models].join(", ")}`);
  const disk = await openDiskReadOnly(network.at.clinics[0] as string);
  const bytes = await disk.read("model", model);
  if (bytes === undefined) throw new SwarmError("FILE_MISSING", `clinic-1 does not hold the last model ${model}`);
  const weights = weightsOf(decodeModel(bytes), tensorSpecs(plan.document));
  const { accuracy } = await evaluateData(plan.document, weights, test, { signal });
  const last = network.at.clinics.slice(SITES - LIARS);
  const suspects = await Promise.all(last.map((home) => readPublicIdentity(join(home, "keys"))));
  const split = (accounts: readonly Address[]) => {
    const liars = accounts.filter((account) => suspects.some((suspect) => suspect.account === account)).length;
    return { liars, others: accounts.length - liars };
  };
  return {
    ...trial,
    accuracy,
    model,
    testRows,
    siteRows,
    hints: split(hinted),
    included: split(merged),
    seconds: (performance.now() - started) / 1000,
  };
}

interface TrialPlan extends LocalPlan {
  document: TaskDocument;
}

async function planOf({ seed, rounds, lie, merge }: Trial, dir: string) {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const { header, parts, test } = await divideDigits({ sites: SITES, alpha: ALPHA, seed, least: LEAST_ROWS });
  const data: string[] = [];
  // Without the last two, the others are a swarm of their own, and one of five may be faulty at the most.
  const [sites, f] = lie === "absent" ? [SITES - LIARS, 1] : [SITES, LIARS];
  for (const [i, part] of parts.slice(0, sites).entries())
    data.push(await writeRows(join(dir, `rows-${i + 1}.csv`), header, part));
  const taskFile = join(dir, "task.yaml");
  const task = { sites, f, rounds, seed, localEpochs: LOCAL_EPOCHS, layers: MLP, seconds: PHASE_SECONDS };
  const document = await writeTask(taskFile, merge === "mean" ? { ...task, merge: { rule: "mean" } } : task);
  const plan: TrialPlan = { dir, licensors: 1, threshold: 1, data, taskFile, document };
  return {
    plan,
    test: await writeRows(join(dir, "test.csv"), header, test),
    testRows: test.length,
    siteRows: parts.map(({ length }) => length),
  };
}

/** The last sites are the liars; each knows the rows of the others who lie, and nobody else's. */
function programOf({ lie }: Trial, { data }: LocalPlan, site: number): readonly string[] | undefined {
  if (lie === "none" || lie === "absent" || site < SITES - LIARS) return undefined;
  const own: Lie = lie === "both" ? (site === SITES - LIARS ? "alie" : "sign") : lie;
  const fellows = data.slice(SITES - LIARS).filter((file) => file !== data[site]);
  return [resolve(import.meta.dirname, "daemon.ts"), own, own === "alie" ? fellows.join(",") : ""];
}
