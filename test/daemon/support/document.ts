import { checkDocument, type TaskDocument } from "../../../node/core/task/document.ts";

/** A small valid task for four members, one of whom may be faulty; trains nothing real. */
export function smallTask(round: Partial<TaskDocument["round"]> = {}, rest: Partial<TaskDocument> = {}): TaskDocument {
  const checked = checkDocument({
    version: 1,
    name: "small",
    mode: "swarm",
    model: {
      layers: [
        { type: "dense", units: 3, activation: "relu" },
        { type: "dense", units: 2 },
      ],
      loss: "softmaxCrossEntropy",
    },
    data: { format: "csv", features: ["a", "b"], label: { column: "y", classes: ["0", "1"] } },
    training: { localEpochs: 1, batchSize: 8, optimizer: { type: "adam", learningRate: 0.01 }, seed: 1 },
    merge: { rule: "mean" },
    contributorWeights: "equal",
    round: {
      f: 1,
      minPeers: 3,
      startMembers: 4,
      rounds: 5,
      submitSeconds: 10,
      attestSeconds: 10,
      mergeSeconds: 10,
      ...round,
    },
    limits: { maxUpdateNorm: 100 },
    ...rest,
  });
  if ("problems" in checked) throw new Error(JSON.stringify(checked.problems));
  return checked.document;
}
