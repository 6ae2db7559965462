import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { createLearner } from "../../node/adapters/tfjs/createLearner.ts";
import { initialWeights } from "../../node/core/task/initialModel.ts";
import type { TrainingProgress, TrainingResult } from "../../node/ports/learner.ts";
import { taskDocument, taskInput } from "../task/fixture.ts";
import { silent, temporaryFolder, writeRows } from "./rows.ts";

const { signal } = new AbortController();
const { training } = taskInput();
const folder = await temporaryFolder();
const small = await writeRows(folder, 40);
const large = await writeRows(folder, 400);
const open: { close(): Promise<void> }[] = [];

/** One round of the fixture with this training. */
async function train(
  more: object,
  round: number,
  { dataPath = small, onProgress }: { dataPath?: string; onProgress?: (at: TrainingProgress) => void } = {},
): Promise<TrainingResult> {
  const document = taskDocument({ training: { ...training, optimizer: { type: "sgd", learningRate: 0.1 }, ...more } });
  const learner = await createLearner({ document, dataPath, logger: silent });
  open.push(learner);
  return learner.train(initialWeights(document, 1), round, { signal, ...(onProgress && { onProgress }) });
}

describe("a round of training by the task's schedules", () => {
  after(() => Promise.all(open.map((learner) => learner.close())));

  it("uses the learning rate of its round", async () => {
    const learningRateSchedule = { type: "step", everyRounds: 1, factor: 0.25, warmupRounds: 0 };
    const quarter = { optimizer: { type: "sgd", learningRate: 0.025 } };
    const [scheduled, second, plain] = await Promise.all([
      train({ learningRateSchedule }, 2),
      train(quarter, 2),
      train({}, 2),
    ]);
    assert.deepEqual(scheduled.weights, second.weights);
    assert.notDeepEqual(scheduled.weights, plain.weights);
  });

  it("takes as many batches as the task says, however many rows a node has, and says how far it is", async () => {
    for (const dataPath of [small, large]) {
      const seen: TrainingProgress[] = [];
      const result = await train({ localBatches: 3 }, 2, { dataPath, onProgress: (at) => void seen.push(at) });
      const { epoch, epochs, batch, batches } = seen.at(-1) as TrainingProgress;
      assert.deepEqual([epoch, epochs, batch, batches], [1, 1, 3, 3]);
      assert.ok(result.loss > 0 && Number.isFinite(result.loss));
    }
  });

  it("as many batches as a pass has take all rows once, and come to the loss and the step of one over all rows", async () => {
    // One batch of all 40 rows is the same sum in another order.
    const [batch, pass] = await Promise.all([
      train({ localBatches: 1, batchSize: 40 }, 1),
      train({ batchSize: 40 }, 1),
    ]);
    assert.ok(Math.abs(batch.loss - pass.loss) < 1e-6, `${batch.loss} and ${pass.loss}`);
    for (const [i, value] of batch.weights.values.entries())
      assert.ok(Math.abs(value - (pass.weights.values[i] as number)) < 1e-6);
  });
});
