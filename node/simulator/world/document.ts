import { checkDocument, type TaskDocument } from "../../core/task/document.ts";
import { initialModel } from "../../core/task/initialModel.ts";
import type { Model } from "../../core/weights.ts";
import { asModel } from "../../core/weights/model.ts";
import type { Schedule } from "../schedule/schedule.ts";

/** The task that a simulated swarm works on: small, since what is looked at is the protocol and not the model. */
export function simulatedTask(schedule: Schedule): TaskDocument {
  const { shape, minPeers, rounds, phaseSeconds, merge, seed, earlyStopping, agrees } = schedule;
  const checked = checkDocument({
    version: 1,
    name: "simulated",
    mode: "swarm",
    model: {
      layers: [
        { type: "dense", units: 3, activation: "relu" },
        { type: "dense", units: 2 },
      ],
      loss: "softmaxCrossEntropy",
    },
    data: {
      format: "csv",
      features: ["a", "b"],
      label: { column: "y", classes: ["0", "1"] },
      ...(agrees && { normalize: { agreed: { low: 0, high: 1 } } }),
    },
    training: {
      localEpochs: 1,
      batchSize: 8,
      optimizer: { type: "sgd", learningRate: 0.01 },
      seed,
      ...(earlyStopping && {
        earlyStopping: { patience: earlyStopping.patience, minImprovement: earlyStopping.minImprovement },
        validationSplit: 0.2,
      }),
    },
    evaluations: earlyStopping !== undefined,
    merge,
    contributorWeights: "equal",
    round: {
      f: shape.f,
      minPeers,
      startMembers: shape.nodes,
      rounds,
      submitSeconds: phaseSeconds,
      attestSeconds: phaseSeconds,
      mergeSeconds: phaseSeconds,
    },
    limits: { maxUpdateNorm: 100 },
  });
  if ("problems" in checked) throw new Error(`the simulated task is not valid: ${JSON.stringify(checked.problems)}`);
  return checked.document;
}

/** The first model. One that is given has biases of -0, as other programs may write them: merges have to come to the same bits all the same. */
export function firstModel(document: TaskDocument, how: Schedule["firstModel"]): Model {
  const model = initialModel(document, document.training.seed);
  if (how === "from seed") return model;
  const { specs, values } = model;
  return asModel({ specs, values: values.map((value) => (value === 0 ? -0 : value)) });
}
