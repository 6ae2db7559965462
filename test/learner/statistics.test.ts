import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { createEvaluator } from "../../node/adapters/tfjs/evaluate.ts";
import { createLearner } from "../../node/adapters/tfjs/createLearner.ts";
import { trainLocal } from "../../node/adapters/tfjs/trainLocal.ts";
import { allowedChange, statisticsProblem } from "../../node/core/statistics/change.ts";
import { initialWeights } from "../../node/core/task/initialModel.ts";
import type { Weights } from "../../node/core/weights.ts";
import { subtract } from "../../node/core/weights/subtract.ts";
import { taskDocument, taskInput } from "../task/fixture.ts";
import { silent, temporaryFolder } from "./rows.ts";

const { signal } = new AbortController();
const { data, training } = taskInput();
/** Rows whose features are of very different sizes, as they come from a laboratory. */
const rows = Array.from({ length: 120 }, (_, i) => {
  const [a, b, c] = [1000 + ((i * 37) % 100), ((i * 11) % 60) / 1000, (i * 7) % 9];
  return `${a},${b},${c},${(a - 1050) / 30 + (b - 0.03) * 60 > 0 ? "yes" : "no"}`;
});
const folder = await temporaryFolder();
const dataPath = join(folder, "rows.csv");
await writeFile(dataPath, ["a,b,c,y", ...rows, ""].join("\n"));
const document = taskDocument({
  data: { ...data, normalize: { agreed: { low: [900, 0, 0], high: [1100, 0.1, 10] } } },
  training: { ...training, optimizer: { type: "sgd", learningRate: 0.3 }, localEpochs: 30 },
});
const base = initialWeights(document, 1);
const tensorOf = ({ specs, values }: Weights, wanted: string): number[] => {
  let start = 0;
  for (const { name, shape } of specs) {
    const end = start + shape.reduce((product, side) => product * side, 1);
    if (name === wanted) return [...values.subarray(start, end)];
    start = end;
  }
  return [];
};

describe("a learner of a task that agrees on statistics", async () => {
  const learner = await createLearner({ document, dataPath, logger: silent });
  after(() => learner.close());

  it("round 1: gives its rows' statistics and trains nothing", async () => {
    const { weights, samples, loss } = await learner.train(base, 1, { signal });
    assert.equal(samples, 120);
    assert.ok(loss > 0 && Number.isFinite(loss));
    assert.equal(statisticsProblem(subtract(weights, base), 1), undefined);
    assert.deepEqual(allowedChange(weights, base, 1), weights);
    const scaled = rows.map((row) => (Number(row.split(",")[0]) - 900) / 200);
    const mean = scaled.reduce((sum, value) => sum + value, 0) / scaled.length;
    const square = scaled.reduce((sum, value) => sum + value * value, 0) / scaled.length;
    assert.ok(Math.abs((tensorOf(weights, "normalize.mean")[0] as number) - mean) < 1e-6);
    assert.ok(Math.abs((tensorOf(weights, "normalize.square")[0] as number) - square) < 1e-6);
  });

  it("later rounds: trains on rows normalized by the base's statistics, which it leaves as they are", async () => {
    const { weights: first } = await learner.train(base, 1, { signal });
    const trained = await learner.train(first, 2, { signal });
    assert.equal(statisticsProblem(subtract(trained.weights, first), 2), undefined);
    assert.deepEqual(allowedChange(trained.weights, first, 2), trained.weights);
    const other = await learner.train(base, 2, { signal });
    assert.notDeepEqual(other.loss, trained.loss);
    assert.ok(trained.loss < 0.3, `${trained.loss}`);
  });

  it("takes bounds of each feature, or one for all", async () => {
    const statistics = async (low: number | number[], high: number | number[]): Promise<number[]> => {
      const bounded = taskDocument({ data: { ...data, normalize: { agreed: { low, high } } } });
      const other = await createLearner({ document: bounded, dataPath, logger: silent });
      try {
        return tensorOf((await other.train(base, 1, { signal })).weights, "normalize.mean");
      } finally {
        await other.close();
      }
    };
    const wide = await statistics(0, 2000);
    assert.deepEqual(await statistics([0, 0, 0], 2000), wide);
    assert.deepEqual(await statistics(0, [2000, 2000, 2000]), wide);
    assert.deepEqual((await statistics(0, 10))[0], 1, "beyond the bounds");
  });

  it("a model carries what its inputs are normalized by: who evaluates it needs nothing else", async () => {
    const alone = await trainLocal({ document, dataPath, base, epochs: 30, logger: silent, signal });
    const evaluator = await createEvaluator({ document, dataPath });
    try {
      const good = await evaluator.evaluate(alone.weights, { signal });
      assert.ok(good.accuracy > 0.9, `${good.accuracy}`);
      // The same layers with the statistics that a first model has.
      const swapped = allowedChange(base, alone.weights, 1);
      assert.notDeepEqual((await evaluator.evaluate(swapped, { signal })).loss, good.loss);
    } finally {
      await evaluator.close();
    }
  });
});
