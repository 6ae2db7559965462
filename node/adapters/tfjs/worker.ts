import { parentPort, workerData } from "node:worker_threads";
import { SwarmError } from "../../core/errors.ts";
import { classificationFigures } from "../../core/metrics.ts";
import { STATISTICS_ROUND } from "../../core/statistics/tensors.ts";
import { trainingIn } from "../../core/task/learningRate.ts";
import type { Evaluation } from "../../ports/learner.ts";
import { classWeights } from "../data/classWeights.ts";
import type { Dataset } from "../data/dataset.ts";
import { readSplit } from "../data/readSplit.ts";
import { startEngine } from "./engine.ts";
import { measureSteps } from "./measureSteps.ts";
import { createModel, type Model } from "./model.ts";
import type { Reply, Request, RowOutputs, WorkerSetup } from "./protocol.ts";
import { type TrainedRound, trainRound } from "./train.ts";

/** Least milliseconds between two reports of progress. */
const PROGRESS_INTERVAL_MS = 100;

const port = parentPort;
if (port === null) throw new Error("this file is the body of a training worker; createLearner starts it");
const setup = workerData as WorkerSetup;
const stop = new Int32Array(setup.stop);
const NOTHING: Dataset = { features: new Float32Array(0), labels: new Int32Array(0), rows: 0, width: 0 };
const NO_ROWS = { training: NOTHING, validation: NOTHING };

try {
  const { use } = setup;
  const { training, validation } = use === "measure" ? NO_ROWS : await readSplit({ ...setup, use });
  const model = createModel(setup.document, classWeights(setup.document, training.labels));
  const engine = await startEngine(setup.engine);
  port.on("message", (request: Request) => {
    try {
      send(answer(model, training, validation, request));
    } catch (cause) {
      send(failure(cause));
    }
  });
  send({ kind: "ready", engine, training: training.rows, validation: validation.rows });
} catch (cause) {
  send(failure(cause));
}

function answer(model: Model, training: Dataset, validation: Dataset, request: Request): Reply {
  switch (request.kind) {
    case "train":
      return train(model, training, validation, request);
    case "evaluate":
      return { kind: "evaluated", evaluation: evaluate(model, validation, request.values) };
    case "outputs":
      return { kind: "outputs", outputs: outputsOf(model, validation, request.values) };
    case "measure":
      return { kind: "measured", ms: measureSteps(model, setup.document, () => Atomics.load(stop, 0) !== 0) };
  }
}

function outputsOf(model: Model, { features, rows, labels, ids }: Dataset, values: Float32Array): RowOutputs {
  const logits = model.logits(values, features, rows);
  return { logits, rows, width: model.outputs, labels, ...(ids === undefined ? {} : { ids }) };
}

function train(model: Model, training: Dataset, validation: Dataset, request: Request & { kind: "train" }): Reply {
  const statistics = request.round === STATISTICS_ROUND ? gatherStatistics(model, training, request) : undefined;
  if (statistics) return { kind: "trained", ...statistics, validation: evaluate(model, validation, statistics.values) };
  let reported = 0;
  const result = trainRound(model, training, request.values, request.round, trainingIn(setup.document, request.round), {
    stopped: () => Atomics.load(stop, 0) !== 0,
    onBatch(progress) {
      const last = progress.epoch === progress.epochs && progress.batch === progress.batches;
      if (!last && performance.now() - reported < PROGRESS_INTERVAL_MS) return;
      reported = performance.now();
      send({ kind: "progress", progress });
    },
  });
  if (result === undefined) return { kind: "stopped" };
  return { kind: "trained", ...result, validation: evaluate(model, validation, result.values) };
}

/** In place of training, where the task's first round agrees on statistics. */
function gatherStatistics(
  model: Model,
  { features, labels }: Dataset,
  { values }: Request & { kind: "train" },
): TrainedRound | undefined {
  const started = performance.now();
  const found = model.withStatistics(values, features);
  if (found === undefined) return undefined;
  const { loss } = classificationFigures(model.logits(found, features, labels.length), labels, model.outputs);
  return { values: found, loss, ms: performance.now() - started };
}

function evaluate(model: Model, rows: Dataset, values: Float32Array): Evaluation | undefined {
  if (rows.rows === 0) return undefined;
  return classificationFigures(model.logits(values, rows.features, rows.rows), rows.labels, model.outputs);
}

function failure(cause: unknown): Reply {
  if (cause instanceof SwarmError)
    return { kind: "failed", code: cause.code, message: cause.message, data: cause.data };
  const { message, stack } = cause instanceof Error ? cause : { message: String(cause), stack: undefined };
  return { kind: "failed", code: "LEARNER_FAILED", message: `training failed: ${message}`, data: { stack } };
}

function send(reply: Reply): void {
  port?.postMessage(reply, reply.kind === "trained" ? [reply.values.buffer as ArrayBuffer] : []);
}
