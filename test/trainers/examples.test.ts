import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createTrainer } from "../../node/adapters/process/createTrainer.ts";
import { readTaskFile } from "../../node/adapters/taskfile/readTaskFile.ts";
import { readCsv } from "../../node/adapters/csv/readCsv.ts";
import { createEvaluator } from "../../node/adapters/tfjs/evaluate.ts";
import { createLearner } from "../../node/adapters/tfjs/createLearner.ts";
import { decodeWeights } from "../../node/core/codec.ts";
import { mergeModel } from "../../node/core/merge/merge.ts";
import { initialWeights } from "../../node/core/task/initialModel.ts";
import type { TaskDocument } from "../../node/core/task/schema.ts";
import { featureNames, tensorSpecs } from "../../node/core/task/tensors.ts";
import { weightsOf } from "../../node/core/weights/model.ts";
import type { Weights } from "../../node/core/weights.ts";
import type { Learner } from "../../node/ports/learner.ts";
import { learnerSuite } from "../ports/learner.suite.ts";
import { silent, temporaryFolder, writeRows } from "../learner/rows.ts";
import { taskDocument, taskInput } from "../task/fixture.ts";
import { example, pythonTrainer } from "./support/python.ts";

/** The Python examples with their real frameworks. */

const folder = await temporaryFolder();
const { signal } = new AbortController();
const torch = pythonTrainer("pytorch_mlp.py", "numpy", "torch");
const sklearn = pythonTrainer("sklearn_linear.py", "numpy", "sklearn");
let folders = 0;

const open = (command: string, document: TaskDocument, dataPath: string) =>
  createTrainer({
    document,
    dataPath,
    settings: { command },
    cwd: folder,
    folder: join(folder, `trainer-${++folders}`),
    hidden: [],
    environment: process.env,
    logger: silent,
  });

/** Rounds without ledger or network: train everywhere, merge the differences. @returns the last model */
async function federate(document: TaskDocument, first: Weights, learners: readonly Learner[]): Promise<Weights> {
  let base = first;
  for (let round = 1; round <= document.round.rounds; round++) {
    const from = base;
    const results = await Promise.all(learners.map((learner) => learner.train(from, round, { signal })));
    const contributions = results.map(({ weights }, member) => ({
      member,
      weight: 1,
      delta: { specs: from.specs, values: weights.values.map((value, i) => value - (from.values[i] ?? 0)) },
    }));
    for (const { delta } of contributions) {
      const norm = Math.hypot(...delta.values);
      assert.ok(norm < document.limits.maxUpdateNorm / 2, `an honest update has norm ${norm}`);
    }
    base = weightsOf(mergeModel(base, contributions, document.merge), base.specs);
  }
  return base;
}

if (torch.skip === false) {
  const dataPath = await writeRows(folder, 80);
  learnerSuite("PyTorch", async ({ validation }) => {
    const training = { ...taskInput().training, localEpochs: 2, validationSplit: validation ? 0.2 : 0 };
    const document = taskDocument({ training });
    return { learner: await open(torch.command, document, dataPath), base: initialWeights(document, 1) };
  });
}

describe("PyTorch", { skip: torch.skip }, () => {
  const { command } = torch as { command: string };

  // One batch of all rows leaves nothing to the order in which rows come: what remains is how both round.
  for (const optimizer of [
    { type: "sgd", learningRate: 0.5, momentum: 0.5 },
    { type: "adam", learningRate: 0.05 },
    { type: "rmsprop", learningRate: 0.05 },
  ] as const) {
    for (const sigmoid of [false, true]) {
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
          await open(command, document, dataPath),
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
  }

  test("two clinics with PyTorch and two with the built-in engine learn wdbc together", async (context) => {
    const document = await readTaskFile(example("wdbc/task.yaml"));
    const first = decodeWeights(await readFile(example("wdbc/first-model.safetensors")));
    await using closing = new AsyncDisposableStack();
    const learners = await Promise.all(
      [0, 1, 2, 3].map((site) => {
        const dataPath = example(`wdbc/data/train_site${site}.csv`);
        return site < 2 ? open(command, document, dataPath) : createLearner({ document, dataPath, logger: silent });
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
    const learner = await open(command, document, await writeRows(folder, 60));
    try {
      await assert.rejects(learner.train(initialWeights(document, 1), 1, { signal }), { code: "TRAINING_DIVERGED" });
    } finally {
      await learner.close();
    }
  });
});

/** Four sites of the digits, which see different ones, and a hold-out. */
function splitDigits(): string {
  const out = join(folder, "digits");
  const args = [example("digits/data/digits.csv"), "--label", "digit", "--sites", "4", "--least", "40", "--out", out];
  const { status, stderr } = spawnSync(process.execPath, [example("../scripts/split.ts"), ...args], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return out;
}

describe("scikit-learn", { skip: sklearn.skip }, () => {
  const { command } = sklearn as { command: string };

  test("four clinics learn digits by tensors that only their trainer understands", async (context) => {
    const document = await readTaskFile(example("trainers/digits-linear.yaml"));
    const first = decodeWeights(await readFile(example("trainers/digits-linear.safetensors")));
    assert.deepEqual(first.specs, tensorSpecs(document));
    const digits = splitDigits();
    await using closing = new AsyncDisposableStack();
    const learners = await Promise.all(
      [1, 2, 3, 4].map((site) => open(command, document, join(digits, `site-${site}.csv`))),
    );
    for (const learner of learners) closing.defer(() => learner.close());
    assert.match(learners[0]?.engine ?? "", /^scikit-learn \d/);
    const { values } = await federate(document, first, learners);
    const { label, missing, normalize } = document.data;
    const schema = { features: featureNames(document), label, missing, normalize };
    const rows = await readCsv(join(digits, "test.csv"), schema);
    const right = rows.labels.filter((digit, row) => {
      const pixels = rows.features.subarray(row * 64, row * 64 + 64);
      const scores = Array.from({ length: 10 }, (_, k) =>
        pixels.reduce((sum, pixel, i) => sum + pixel * (values[k * 64 + i] ?? 0), values[640 + k] ?? 0),
      );
      return scores.indexOf(Math.max(...scores)) === digit;
    });
    const accuracy = right.length / rows.rows;
    context.diagnostic(`accuracy on the hold-out ${accuracy.toFixed(3)} of ${rows.rows} rows`);
    assert.ok(accuracy >= 0.9, `${accuracy}`);
  });

  test("a task with other tensors is refused at the start, in the trainer's own words", async () => {
    const document = taskDocument({ model: { tensors: [{ name: "coef", shape: [3, 3] }] } });
    const starting = open(command, document, await writeRows(folder, 60));
    await assert.rejects(starting, { code: "TRAINER_FAILED", message: /this trainer is for tasks with the tensors/ });
  });
});
