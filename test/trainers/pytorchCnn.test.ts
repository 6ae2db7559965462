import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createLearner } from "../../node/adapters/tfjs/createLearner.ts";
import { createPrng } from "../../node/core/prng.ts";
import { initialWeights } from "../../node/core/task/initialModel.ts";
import { silent, temporaryFolder } from "../learner/rows.ts";
import { documentOf, taskDocument } from "../task/fixture.ts";
import { openExample, pythonTrainer } from "./support/python.ts";

const folder = await temporaryFolder();
const { signal } = new AbortController();
const torch = pythonTrainer("pytorch_cnn.py", "numpy", "torch");

describe("PyTorch with convolutions", { skip: torch.skip }, () => {
  test("comes to the same weights as the node's own engine, from one batch of all rows", async () => {
    const layers = [
      { type: "conv2d", filters: 4, kernelSize: 3, padding: "same", activation: "relu" },
      { type: "conv2d", filters: 3, kernelSize: [2, 3], strides: [2, 1], name: "second" },
      { type: "maxPooling2d", poolSize: [1, 2] },
      { type: "flatten" },
      { type: "dense", units: 5, activation: "tanh" },
      { type: "dense", units: 3 },
    ];
    const input = [6, 8, 2];
    const { training } = taskDocument();
    const optimizer = { type: "sgd", learningRate: 0.1, momentum: 0.9 } as const;
    const document = {
      ...documentOf(layers, input),
      training: { ...training, batchSize: 1000, localEpochs: 5, optimizer },
    };
    const prng = createPrng(3);
    const rows = Array.from({ length: 60 }, (_, row) =>
      [...Array.from({ length: 96 }, () => prng.float() + (row % 3) / 2), row % 3].join(","),
    );
    const dataPath = join(folder, "rows.csv");
    await writeFile(
      dataPath,
      [[...Array.from({ length: 96 }, (_, i) => `x${i + 1}`), "y"].join(","), ...rows, ""].join("\n"),
    );
    await using closing = new AsyncDisposableStack();
    const { command } = torch as { command: string };
    const there = await openExample(command, document, dataPath, folder);
    closing.defer(() => there.close());
    const here = await createLearner({ document, dataPath, logger: silent });
    closing.defer(() => here.close());
    const base = initialWeights(document, 1);
    const [theirs, ours] = [await there.train(base, 1, { signal }), await here.train(base, 1, { signal })];
    assert.ok(Math.abs(theirs.loss - ours.loss) < 1e-4, `${theirs.loss} and ${ours.loss}`);
    for (const [i, value] of theirs.weights.values.entries())
      assert.ok(Math.abs(value - (ours.weights.values[i] as number)) < 1e-3, `value ${i}`);
  });
});
