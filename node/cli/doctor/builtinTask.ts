import { checkDocument, type TaskDocument } from "../../core/task/document.ts";

/** What engines are timed with where no task is named: a small convolutional network on images of 28 x 28. */
export function builtinTask(): TaskDocument {
  const checked = checkDocument({
    version: 1,
    name: "built-in-cnn",
    model: {
      layers: [
        { type: "conv2d", filters: 16, kernelSize: 3, activation: "relu" },
        { type: "maxPooling2d" },
        { type: "conv2d", filters: 32, kernelSize: 3, activation: "relu" },
        { type: "maxPooling2d" },
        { type: "flatten" },
        { type: "dense", units: 64, activation: "relu" },
        { type: "dense", units: 10 },
      ],
      loss: "softmaxCrossEntropy",
    },
    data: {
      format: "csv",
      features: { columns: "x{0..783}" },
      label: { column: "y", classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] },
      inputShape: [28, 28, 1],
    },
    training: { batchSize: 32, optimizer: { type: "sgd", learningRate: 0.01 } },
    round: { f: 0, minPeers: 2, startMembers: 2, rounds: 1, submitSeconds: 60, attestSeconds: 60, mergeSeconds: 60 },
    limits: { maxUpdateNorm: 100 },
  });
  if ("document" in checked) return checked.document;
  throw new Error(`the built-in task is not valid: ${JSON.stringify(checked.problems)}`);
}
