import { evaluateData } from "../../node/adapters/tfjs/evaluate.ts";
import { trainLocal } from "../../node/adapters/tfjs/trainLocal.ts";
import { createLogger } from "../../node/adapters/system/logger.ts";
import { openDiskReadOnly } from "../../node/adapters/disk/openReadOnly.ts";
import { readTaskFile } from "../../node/adapters/taskfile/readTaskFile.ts";
import { table } from "../../node/cli/output/table.ts";
import { decodeModel } from "../../node/core/codec.ts";
import type { Bytes32 } from "../../node/core/primitives.ts";
import { tensorSpecs } from "../../node/core/task/tensors.ts";
import type { Weights } from "../../node/core/weights.ts";
import { weightsOf } from "../../node/core/weights/model.ts";
import type { Evaluation } from "../../node/ports/learner.ts";
import type { LocalPlan } from "../../node/cli/local/plan.ts";

export interface Comparison {
  table: string;
  results: { who: string; accuracy: number; auc: number | undefined }[];
}

export interface CompareInit {
  plan: LocalPlan & { test: string; pooled: string };
  /** Folder of a node that holds the first and the last model. */
  home: string;
  firstHash: Bytes32;
  modelHash: Bytes32;
  rounds: number;
  signal: AbortSignal;
}

/** What each clinic reaches alone, all rows in one place, and the swarm, on rows that nobody trained on; as many passes over the rows for each. */
export async function compareOnHoldOut({
  plan,
  home,
  firstHash,
  modelHash,
  rounds,
  signal,
}: CompareInit): Promise<Comparison> {
  const document = await readTaskFile(plan.taskFile);
  const disk = await openDiskReadOnly(home);
  const read = async (sha256: Bytes32): Promise<Weights> => {
    const bytes = await disk.read("model", sha256);
    if (!bytes) throw new Error(`${home} does not hold the model ${sha256}`);
    return weightsOf(decodeModel(bytes), tensorSpecs(document));
  };
  const base = await read(firstHash);
  const logger = createLogger({ level: "warn", pretty: true });
  // Where rounds are so many batches, sites of different sizes pass over their rows unequally often: one pass a round is near enough.
  const epochs = rounds * (document.training.localEpochs ?? 1);
  const results: Comparison["results"] = [];
  const add = async (who: string, weights: Weights): Promise<void> => {
    const { accuracy, auc }: Evaluation = await evaluateData(document, weights, plan.test, { signal });
    results.push({ who, accuracy, auc });
  };
  const train = async (dataPath: string): Promise<Weights> =>
    (await trainLocal({ document, dataPath, base, epochs, logger, signal })).weights;
  for (const [i, dataPath] of plan.data.entries()) await add(`clinic ${i + 1} alone`, await train(dataPath));
  await add("centralized (all rows in one place)", await train(plan.pooled));
  await add("swarm", await read(modelHash));
  const rows = results.map(({ who, accuracy, auc }) => [
    who,
    `${(accuracy * 100).toFixed(1)} %`,
    auc === undefined ? "-" : auc.toFixed(4),
  ]);
  return { table: table([`on the hold-out, after ${epochs} passes`, "accuracy", "AUC"], rows), results };
}
