import { createPrng } from "../../core/prng.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import { inputShape } from "../../core/task/tensors.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Model } from "./model.ts";
import { trainRound } from "./train.ts";

/** Milliseconds that are measured, after as many turns to warm up as take half of it. */
const BUDGET_MS = 400;
const LEAST_TURNS = 5;
/** Steps of a turn; few, so that a large model is measured too before anyone loses patience. */
const STEPS = 4;

/**
 * How long a step of the task's training takes on the engine that runs, with random rows.
 * @returns milliseconds, the median of turns
 */
export function measureSteps(model: Model, document: TaskDocument, stopped: () => boolean): number {
  const data = randomRows(document, STEPS * document.training.batchSize);
  const values = new Float32Array(model.length).fill(0.01);
  const training = { ...document.training, localEpochs: 1 };
  const turn = (): number => {
    const trained = trainRound(model, data, values, 1, training, { stopped, onBatch() {} });
    return (trained?.ms ?? 0) / STEPS;
  };
  for (const end = performance.now() + BUDGET_MS / 2; performance.now() < end && !stopped();) turn();
  const turns: number[] = [];
  const end = performance.now() + BUDGET_MS;
  while ((turns.length < LEAST_TURNS || performance.now() < end) && !stopped()) turns.push(turn());
  turns.sort((a, b) => a - b);
  return turns[Math.floor(turns.length / 2)] ?? Number.NaN;
}

function randomRows(document: TaskDocument, rows: number): Dataset {
  const width = size(inputShape(document));
  const prng = createPrng(1);
  const first = "layers" in document.model ? document.model.layers[0] : undefined;
  const value = first?.type === "embedding" ? () => prng.below(first.inputDim) : () => 2 * prng.float() - 1;
  const classes = document.data.label.classes.length;
  return {
    features: Float32Array.from({ length: rows * width }, value),
    labels: Int32Array.from({ length: rows }, () => prng.below(classes)),
    rows,
    width,
  };
}

const size = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);
