import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readTaskFile } from "../../node/adapters/taskfile/readTaskFile.ts";
import { createLearner } from "../../node/adapters/tfjs/createLearner.ts";
import { createEvaluator, type Evaluator } from "../../node/adapters/tfjs/evaluate.ts";
import { trainLocal } from "../../node/adapters/tfjs/trainLocal.ts";
import { decodeWeights } from "../../node/core/codec.ts";
import { mergeModel } from "../../node/core/merge/merge.ts";
import { contributorWeight } from "../../node/core/task/params.ts";
import { initialWeights } from "../../node/core/task/initialModel.ts";
import type { TaskDocument } from "../../node/core/task/schema.ts";
import { tensorSpecs } from "../../node/core/task/tensors.ts";
import { weightsOf } from "../../node/core/weights/model.ts";
import type { Weights } from "../../node/core/weights.ts";
import { silent } from "./rows.ts";

const example = join(import.meta.dirname, "../../examples/wdbc");
const sites = [0, 1, 2, 3].map((site) => join(example, `data/train_site${site}.csv`));
const signal = AbortSignal.timeout(120_000);

/** The task's rounds without ledger or network: train everywhere, merge the differences. */
async function federate(document: TaskDocument, first: Weights): Promise<Weights> {
  const learners = await Promise.all(
    sites.map((dataPath) => createLearner({ document, dataPath, logger: silent, signal })),
  );
  let base = first;
  for (let round = 1; round <= document.round.rounds; round++) {
    const results = await Promise.all(learners.map((learner) => learner.train(base, round, { signal })));
    const contributions = results.map(({ weights, samples }, member) => ({
      member,
      weight: contributorWeight(document, samples),
      delta: { specs: weights.specs, values: weights.values.map((value, i) => value - (base.values[i] ?? 0)) },
    }));
    for (const { delta } of contributions) {
      const norm = Math.hypot(...delta.values);
      assert.ok(norm < document.limits.maxUpdateNorm / 2, `an honest update has norm ${norm}`);
    }
    base = weightsOf(mergeModel(base, contributions, document.merge), base.specs);
  }
  await Promise.all(learners.map((learner) => learner.close()));
  return base;
}

/** What each clinic reaches alone: as many epochs on its rows, from the same first model. */
async function alone(document: TaskDocument, base: Weights, holdOut: Evaluator): Promise<number[]> {
  const epochs = document.round.rounds * (document.training.localEpochs ?? 1);
  const results = await Promise.all(
    sites.map((dataPath) => trainLocal({ document, dataPath, base, epochs, logger: silent, signal })),
  );
  const figures = await Promise.all(results.map(({ weights }) => holdOut.evaluate(weights, { signal })));
  return figures.map(({ accuracy }) => accuracy);
}

test("four clinics reach with merging what none reaches alone, over three seeds", async (context) => {
  const task = await readTaskFile(join(example, "task.yaml"));
  const file = decodeWeights(await readFile(join(example, "first-model.safetensors")));
  assert.deepEqual(file.specs, tensorSpecs(task));
  const holdOut = await createEvaluator({ document: task, dataPath: join(example, "data/test.csv") });
  assert.equal(holdOut.rows, 113);
  try {
    for (const [seed, first] of [
      [task.training.seed, file],
      [1, initialWeights(task, 1)],
      [2, initialWeights(task, 2)],
    ] as const) {
      const document = { ...task, training: { ...task.training, seed } };
      const merged = await holdOut.evaluate(await federate(document, first), { signal });
      const clinics = await alone(document, first, holdOut);
      const figures = `seed ${seed}: merged ${merged.accuracy.toFixed(3)} (AUC ${merged.auc?.toFixed(4)}), alone ${clinics.map((value) => value.toFixed(3)).join(", ")}`;
      context.diagnostic(figures);
      assert.ok(merged.accuracy >= 0.97, figures);
      assert.ok((merged.auc ?? 0) >= 0.99, figures);
      assert.ok(
        clinics.every((accuracy) => accuracy < merged.accuracy),
        figures,
      );
    }
  } finally {
    await holdOut.close();
  }
});
