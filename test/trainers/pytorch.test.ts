import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { readTaskFile } from "../../node/adapters/taskfile/readTaskFile.ts";
import { createEvaluator } from "../../node/adapters/tfjs/evaluate.ts";
import { createLearner } from "../../node/adapters/tfjs/createLearner.ts";
import { decodeWeights } from "../../node/core/codec.ts";
import { initialWeights } from "../../node/core/task/initialModel.ts";
import type { Learner } from "../../node/ports/learner.ts";
import { silent, temporaryFolder, writeRows } from "../learner/rows.ts";
import { taskDocument, taskInput } from "../task/fixture.ts";
import { federate } from "./support/federate.ts";
import { example, openExample, pytorch } from "./support/python.ts";

/** The PyTorch example, with PyTorch. */

const folder = await temporaryFolder();
const { signal } = new AbortController();
const torch = pytorch();

describe("PyTorch", { skip: torch.skip }, () => {
  const { command } = torch as { command: string };

  // One batch of all rows leaves nothing to the order in which rows come: what remains is how both round.
  for (const [optimizer, sigmoid] of [
    [{ type: "sgd", learningRate: 0.5, momentum: 0.5 }, false],
    [{ type: "adam", learningRate: 0.05 }, true],
    [{ type: "rmsprop", learningRate: 0.05 }, false],
  ] as const) {
    test(`trains as the node's own engine does: ${optimizer.type}, ${sigmoid ? "sigmoid" : "softmax"}`, async () => {
      const document = taskDocument({
        training: { batchSize: 1000, localEpochs: 5, optimizer, proximal: 0.1 },
        model: {
          layers: [
            { type: "dense", units: 4, activation: "swish" },
            { type: "dense", name: "last", units: sigmoid ? 1 : 2, useBias: !sigmoid },
          ],
          loss: sigmoid ? "sigmoidCrossEntropy" : "softmaxCrossEntropy",
        },
      });
      const dataPath = await writeRows(folder, 90);
      await using closing = new AsyncDisposableStack();
      const base = initialWeights(document, 1);
      const both: Learner[] = [
        await openExample(command, document, dataPath, folder),
        await createLearner({ document, dataPath, logger: silent }),
      ];
      for (const learner of both) closing.defer(() => learner.close());
      const [there, here] = await Promise.all(both.map((learner) => learner.train(base, 1, { signal })));
      assert.ok(there && here);
      assert.ok(Math.abs(there.loss - here.loss) < 1e-5, `${there.loss} and ${here.loss}`);
      for (const [i, value] of there.weights.values.entries()) {
        const own = here.weights.values[i] as number;
        assert.ok(Math.abs(value - own) < 1e-4, `value ${i}: ${value} and ${own}`);
      }
    });
  }

  test("two clinics with PyTorch and two with the built-in engine learn wdbc together", async (context) => {
    const document = await readTaskFile(example("wdbc/task.yaml"));
    const first = decodeWeights(await readFile(example("wdbc/first-model.safetensors")));
    await using closing = new AsyncDisposableStack();
    const learners = await Promise.all(
      [0, 1, 2, 3].map((site) => {
        const dataPath = example(`wdbc/data/train_site${site}.csv`);
        return site < 2
          ? openExample(command, document, dataPath, folder)
          : createLearner({ document, dataPath, logger: silent });
      }),
    );
    for (const learner of learners) closing.defer(() => learner.close());
    assert.match(learners[0]?.engine ?? "", /^pytorch \d/);
    const merged = await federate(document, first, learners);
    const holdOut = await createEvaluator({ document, dataPath: example("wdbc/data/test.csv") });
    closing.defer(() => holdOut.close());
    const { accuracy } = await holdOut.evaluate(merged, { signal });
    context.diagnostic(`accuracy on the hold-out ${accuracy.toFixed(3)}`);
    assert.ok(accuracy >= 0.97, `${accuracy}`);
  });

  test("a learning rate that is too high is told as divergence", async () => {
    const training = {
      ...taskInput().training,
      optimizer: { type: "sgd", learningRate: 1e30 },
      localEpochs: 3,
    } as const;
    const document = taskDocument({ training });
    const learner = await openExample(command, document, await writeRows(folder, 60), folder);
    try {
      await assert.rejects(learner.train(initialWeights(document, 1), 1, { signal }), { code: "TRAINING_DIVERGED" });
    } finally {
      await learner.close();
    }
  });
});
