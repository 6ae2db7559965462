import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { createLearner } from "../../node/adapters/tfjs/createLearner.ts";
import { createEvaluator, evaluateData } from "../../node/adapters/tfjs/evaluate.ts";
import { WorkerClient } from "../../node/adapters/tfjs/workerClient.ts";
import { initialWeights } from "../../node/core/task/initialModel.ts";
import { taskDocument, taskInput } from "../task/fixture.ts";
import { silent, temporaryFolder, writeRows } from "./rows.ts";

const folder = await temporaryFolder();
const signal = new AbortController().signal;
const values = new Float32Array(1);

/** A worker that answers with its number, and dies as round 13 tells it to. */
function fakeWorkers() {
  let started = 0;
  const client = new WorkerClient((stop) => {
    started++;
    const body = `
      const { parentPort, workerData } = require("node:worker_threads");
      const stop = new Int32Array(workerData.stop);
      parentPort.on("message", ({ round }) => {
        if (round === 13) process.exit(3);
        if (round === 14) throw new Error("out of luck");
        if (round === 15) {
          parentPort.postMessage({ kind: "progress", progress: { epoch: 1 } });
          Atomics.wait(stop, 0, 0, 10000);
          return parentPort.postMessage({ kind: "stopped" });
        }
        parentPort.postMessage({ kind: "trained", loss: workerData.number });
      });
      parentPort.postMessage({ kind: "ready", engine: "fake", training: 1, validation: 0 });`;
    return new Worker(body, { eval: true, workerData: { number: started, stop } });
  });
  const train = async (round: number, options: { signal?: AbortSignal; onProgress?: () => void } = {}) => {
    const reply = await client.request({ kind: "train", values, round }, options.signal ?? signal, options.onProgress);
    return reply.kind === "trained" ? reply.loss : reply.kind;
  };
  return { client, train, started: () => started };
}

test("a worker that dies costs one request; the next one starts another worker", async () => {
  const { client, train, started } = fakeWorkers();
  try {
    assert.equal(await train(1), 1);
    await assert.rejects(train(13), { code: "LEARNER_CRASHED", message: /exit code 3/ });
    assert.equal(await train(2), 2);
    await assert.rejects(train(14), { code: "LEARNER_CRASHED", message: /out of luck/ });
    const [crashed, after] = await Promise.allSettled([train(13), train(3)]);
    assert.equal(crashed.status, "rejected");
    assert.deepEqual(after, { status: "fulfilled", value: 4 });
    assert.equal(started(), 4);
  } finally {
    await client.close();
  }
});

test("an aborted request is told to stop, and the next one waits until it has", async () => {
  const { client, train, started } = fakeWorkers();
  try {
    const controller = new AbortController();
    const reason = new Error("enough");
    const aborted = train(15, { signal: controller.signal, onProgress: () => controller.abort(reason) });
    const next = train(1);
    await assert.rejects(aborted, reason);
    assert.equal(await next, 1);
    assert.equal(started(), 1);
  } finally {
    await client.close();
  }
});

test("closing ends what is under way", async () => {
  const { client, train } = fakeWorkers();
  const { promise: busy, resolve } = Promise.withResolvers<void>();
  const pending = train(15, { onProgress: resolve });
  const queued = train(1);
  const rejected = Promise.all([
    assert.rejects(pending, { code: "LEARNER_CLOSED" }),
    assert.rejects(queued, { code: "LEARNER_CLOSED" }),
  ]);
  await busy;
  await client.close();
  await rejected;
});

test("a worker without enough memory is reported as a crash", async () => {
  const dataPath = await writeRows(folder, 20_000);
  const starting = createLearner({ document: taskDocument(), dataPath, logger: silent, maxHeapMiB: 5 });
  await assert.rejects(starting, { code: "LEARNER_CRASHED", message: /memory/ });
});

test("what is wrong with the rows is what creating a learner fails with", async () => {
  const document = taskDocument();
  await assert.rejects(createLearner({ document, dataPath: join(folder, "none.csv"), logger: silent }), {
    code: "CSV_UNREADABLE",
  });
  await assert.rejects(createLearner({ document, dataPath: await writeRows(folder, 31), logger: silent }), {
    code: "DATA_TOO_FEW_RECORDS",
  });
  const halved = taskDocument({ training: { ...taskInput().training, validationSplit: 0.5 } });
  await assert.rejects(createLearner({ document: halved, dataPath: await writeRows(folder, 60), logger: silent }), {
    code: "DATA_TOO_FEW_RECORDS",
  });
  const foreign = taskDocument({ model: { tensors: [{ name: "w", shape: [2] }] } });
  await assert.rejects(createLearner({ document: foreign, dataPath: await writeRows(folder, 60), logger: silent }), {
    code: "TASK_NO_LAYERS",
  });
  const reason = new Error("never mind");
  const early = createLearner({
    document,
    dataPath: await writeRows(folder, 60),
    logger: silent,
    signal: AbortSignal.abort(reason),
  });
  await assert.rejects(early, reason);
});

test("a round's error leaves the worker ready for the next round", async () => {
  const document = taskDocument({ training: { optimizer: { type: "sgd", learningRate: 1e30 }, localEpochs: 3 } });
  const learner = await createLearner({ document, dataPath: await writeRows(folder, 60), logger: silent });
  try {
    const base = initialWeights(document, 1);
    await assert.rejects(learner.train(base, 1, { signal }), { code: "TRAINING_DIVERGED" });
    await assert.rejects(learner.train(base, 2, { signal }), { code: "TRAINING_DIVERGED" });
  } finally {
    await learner.close();
  }
});

test("a hold-out is evaluated on all its rows, however few", async () => {
  const document = taskDocument();
  const dataPath = await writeRows(folder, 9);
  const weights = initialWeights(document, 1);
  const evaluation = await evaluateData(document, weights, dataPath, { signal });
  assert.equal(evaluation.rows, 9);
  const evaluator = await createEvaluator({ document, dataPath });
  try {
    assert.equal(evaluator.rows, 9);
    assert.deepEqual(await evaluator.evaluate(weights, { signal }), evaluation);
    const foreign = { specs: [{ name: "w", shape: [1] }], values };
    await assert.rejects(evaluator.evaluate(foreign, { signal }), {
      code: "LEARNER_SHAPES",
      message: /w \[1\] stands where 0\.dense\.bias \[4\] belongs/,
    });
  } finally {
    await evaluator.close();
  }
});
