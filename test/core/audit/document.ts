import { sha256 } from "../../../node/core/hash.ts";
import type { TaskParams } from "../../../node/core/ledger/events.ts";
import { stateSpecs } from "../../../node/core/merge/optimizerState.ts";
import type { MergeConfig } from "../../../node/core/merge/rule.ts";
import type { Bytes32 } from "../../../node/core/primitives.ts";
import { totalElements } from "../../../node/core/safetensorsHeader.ts";
import { canonicalDocument, checkDocument } from "../../../node/core/task/document.ts";
import { taskParams } from "../../../node/core/task/params.ts";
import type { StoppingRule } from "../../../node/core/stopping/progress.ts";
import type { Tensors } from "../../../node/core/weights.ts";

/** Tensors of the task that tests audit. */
export const specs = [
  { name: "a", shape: [2] },
  { name: "b", shape: [3] },
];

/** The task's document: f = 1, three rounds. */
export function documentOf(
  merge: MergeConfig = { rule: "mean" },
  retainRounds?: number,
  earlyStopping?: StoppingRule,
): Uint8Array {
  const checked = checkDocument({
    version: 1,
    name: "audit-test",
    model: { tensors: specs },
    data: { format: "csv", features: ["x"], label: { column: "y", classes: ["0", "1"] } },
    training: {
      optimizer: { type: "sgd", learningRate: 0.1 },
      ...(earlyStopping && { earlyStopping, validationSplit: 0.2 }),
    },
    ...(earlyStopping && { evaluations: true }),
    merge,
    contributorWeights: { cappedSamples: 100 },
    round: { f: 1, minPeers: 3, startMembers: 4, rounds: 3, submitSeconds: 60, attestSeconds: 60, mergeSeconds: 60 },
    limits: { maxUpdateNorm: 10 },
    ...(retainRounds === undefined ? {} : { retainRounds }),
  });
  if ("problems" in checked) throw new Error(JSON.stringify(checked.problems));
  return canonicalDocument(checked.document);
}

export function parametersOf(document: Uint8Array, modelHash: Bytes32): TaskParams {
  return taskParams(JSON.parse(new TextDecoder().decode(document)), sha256(document), modelHash);
}

/** All of a first model, of zeros. */
export function zero({ optimizer }: Partial<MergeConfig> = {}): Tensors {
  const all = optimizer === undefined ? specs : [...specs, ...stateSpecs(specs, optimizer)];
  return { specs: all, values: new Float32Array(totalElements(all)) };
}
