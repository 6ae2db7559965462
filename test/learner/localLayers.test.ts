import assert from "node:assert/strict";
import { test } from "node:test";
import { createLearner } from "../../node/adapters/tfjs/createLearner.ts";
import { createEvaluator } from "../../node/adapters/tfjs/evaluate.ts";
import { initialLocal, initialWeights } from "../../node/core/task/initialModel.ts";
import { localTensorSpecs, tensorSpecs } from "../../node/core/task/tensors.ts";
import { taskDocument, taskInput } from "../task/fixture.ts";
import { silent, temporaryFolder, writeRows } from "./rows.ts";

const { signal } = new AbortController();

test("a learner trains the layers that stay here from what it is given, and gives them back apart from the shared ones", async () => {
  const document = taskDocument({
    model: {
      layers: [
        { type: "dense", units: 4, activation: "relu" },
        { type: "batchNormalization", momentum: 0.5, local: true },
        { type: "dense", units: 2 },
      ],
      loss: "softmaxCrossEntropy",
    },
    training: { ...taskInput().training, validationSplit: 0.25 },
  });
  const dataPath = await writeRows(await temporaryFolder(), 200);
  const learner = await createLearner({ document, dataPath, logger: silent, signal });
  const evaluator = await createEvaluator({ document, dataPath });
  try {
    const base = initialWeights(document, 1);
    const first = await learner.train(base, 1, { signal });
    assert.deepEqual(first.weights.specs, tensorSpecs(document));
    assert.deepEqual(first.own?.specs, localTensorSpecs(document));
    // What is left out is what such layers start from.
    assert.deepEqual((await learner.train(base, 1, { signal, own: initialLocal(document) })).own, first.own);
    assert.notDeepEqual(first.own, initialLocal(document));

    assert.ok(first.own !== undefined);
    const { own } = first;
    const second = await learner.train(first.weights, 2, { signal, own });
    const afresh = await learner.train(first.weights, 2, { signal });
    assert.notDeepEqual(second.own?.values, own.values);
    assert.notDeepEqual(second.own?.values, afresh.own?.values);
    const again = await learner.train(first.weights, 2, { signal, own });
    assert.deepEqual([again.weights, again.own], [second.weights, second.own]);

    const own2 = second.own;
    assert.ok(own2 !== undefined && second.validation !== undefined);
    assert.deepEqual(await learner.evaluate(second.weights, { signal, own: own2 }), second.validation);
    const [with2, without] = [
      await evaluator.evaluate(second.weights, { signal, own: own2 }),
      await evaluator.evaluate(second.weights, { signal }),
    ];
    assert.notEqual(with2.loss, without.loss);
    await assert.rejects(learner.train(base, 1, { signal, own: base }), { code: "LEARNER_SHAPES" });
    await assert.rejects(learner.evaluate(base, { signal, own: base }), { code: "LEARNER_SHAPES" });
  } finally {
    await Promise.all([learner.close(), evaluator.close()]);
  }
});
