import { SwarmError } from "../errors.ts";
import type { TaskParams } from "../ledger/events.ts";
import type { Bytes32 } from "../primitives.ts";
import type { TaskDocument } from "./schema.ts";

/** Most values a model may have: 200 MB as float32. */
export const MAX_PARAMETERS = 50_000_000;

/**
 * What the contract is told of a task.
 * @param documentHash sha256 of `canonicalDocument(doc)`
 * @param modelHash sha256 of the first model's file
 * @throws SwarmError TASK_MODE for a task that does not run on the ledger
 */
export function taskParams(doc: TaskDocument, documentHash: Bytes32, modelHash: Bytes32): TaskParams {
  if (doc.mode === "split") {
    throw new SwarmError(
      "TASK_MODE",
      `task ${doc.name} has mode split: only swarm and federated tasks are created on the ledger; give its file to both sides, with "swarm split serve --task" and "swarm split join --task"`,
      { mode: doc.mode },
    );
  }
  return { documentHash, modelHash, ...doc.round, maxWeight: maxWeight(doc), evaluations: doc.evaluations };
}

/** The largest weight that a contributor of the task can have. */
export function maxWeight(doc: TaskDocument): number {
  const weights = doc.contributorWeights;
  if (weights === "equal") return 1;
  return "cappedSamples" in weights ? weights.cappedSamples : (weights.bucketedSamples.at(-1) ?? 1);
}

/**
 * The weight a contributor names on the ledger, 1 to `maxWeight(doc)`. Buckets round a sample count down to an edge, so that the ledger
 * shows no exact counts; whoever is below the first edge counts as the first.
 * @param samples rows trained on, a whole number from 1
 */
export function contributorWeight(doc: TaskDocument, samples: number): number {
  if (!Number.isSafeInteger(samples) || samples < 1) {
    throw new SwarmError("TASK_SAMPLES", `a contributor needs a whole number of samples, at least 1, not ${samples}`, {
      samples,
    });
  }
  const weights = doc.contributorWeights;
  if (weights === "equal") return 1;
  if ("cappedSamples" in weights) return Math.min(samples, weights.cappedSamples);
  const edges = weights.bucketedSamples;
  return edges.findLast((edge) => edge <= samples) ?? edges[0] ?? 1;
}
