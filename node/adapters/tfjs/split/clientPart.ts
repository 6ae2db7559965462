import { SwarmError } from "../../../core/errors.ts";
import { classificationFigures } from "../../../core/metrics.ts";
import { sizeOf, splitPartsOf } from "../../../core/modes/splitParts.ts";
import type { TaskDocument } from "../../../core/task/schema.ts";
import { inputShape } from "../../../core/task/tensors.ts";
import type { Evaluation } from "../../../ports/learner.ts";
import type { PartState, Smashed, StepPlace } from "../../../ports/splitLearner.ts";
import { classWeights } from "../../data/classWeights.ts";
import type { Dataset } from "../../data/dataset.ts";
import { type Batch, batchesOf } from "../batches.ts";
import { sigmoidCrossEntropy, softmaxCrossEntropy } from "../loss.ts";
import { createDropoutStream } from "./dropoutStream.ts";
import { addNoise } from "./noise.ts";
import { createTrainedPart, type TrainedPart } from "./partOptimizer.ts";
import { createRange, type Moved } from "./range.ts";

/** The client's side on this thread: `SplitClientPart` without waiting. */
export class ClientPart {
  readonly classWeights: Float64Array | undefined;
  readonly #doc: TaskDocument;
  readonly #parts;
  readonly #head;
  readonly #tail;
  readonly #headDropout;
  readonly #tailDropout;
  readonly #training: Dataset;
  readonly #validation: Dataset;
  #part: TrainedPart | undefined;
  /** An epoch's order comes from that of the one before, so the walk goes on where it was. */
  #walk: Iterator<Batch> | undefined;
  #order: { epoch: number; batches: Uint32Array[] } = { epoch: 0, batches: [] };
  /** The batch under way. */
  #step:
    | { features: Float32Array; labels: Int32Array; place: StepPlace; random: () => () => number; moved: Moved[] }
    | undefined;

  constructor(doc: TaskDocument, training: Dataset, validation: Dataset) {
    const parts = splitPartsOf(doc);
    this.#doc = doc;
    this.#parts = parts;
    this.#training = training;
    this.#validation = validation;
    this.classWeights = classWeights(doc, training.labels);
    this.#head = createRange(doc, parts.head, parts.clientSpecs, inputShape(doc));
    this.#tail = createRange(doc, parts.tail, parts.clientSpecs, parts.outputShape);
    this.#headDropout = createDropoutStream(doc, parts.head);
    this.#tailDropout = createDropoutStream(doc, parts.tail);
  }

  load(state: PartState): void {
    this.#part = createTrainedPart(this.#doc.training.optimizer, state);
    this.#step = undefined;
  }

  state(): PartState {
    return this.#loaded.state();
  }

  forward(place: StepPlace): Smashed {
    const rows = this.#rowsOf(place);
    const { features, labels } = gather(this.#training, rows);
    const random = this.#headDropout.numbersOf(place, rows.length, this.#training.rows);
    const activations = this.#head.forward(this.#loaded.values, features, rows.length, random());
    addNoise(activations, this.#parts.split.noise);
    this.#step = { features, labels, place, random, moved: [] };
    return { activations, rows: rows.length, labels };
  }

  tail(outputs: Float32Array): { loss: number; gradient: Float32Array } {
    const { labels, place, moved } = this.#underWay;
    const rows = labels.length;
    const lossOf = this.#loss;
    let sum = 0;
    const upstream = (logits: Float32Array): Float32Array => {
      const { sum: found, gradient } = lossOf(logits, labels, this.classWeights);
      sum = found;
      return gradient;
    };
    const random = this.#tailDropout.numbersOf(place, rows, this.#training.rows)();
    const { values, gradients } = this.#loaded;
    const found = this.#tail.differentiate(values, outputs, rows, { random, upstream, wantInput: true }, gradients);
    moved.push(...found.moved);
    if (!Number.isFinite(sum)) throw diverged(place);
    return { loss: sum, gradient: found.input as Float32Array };
  }

  backward(gradient: Float32Array): void {
    const { features, labels, place, random, moved } = this.#underWay;
    const part = this.#loaded;
    const options = { random: random(), upstream: () => gradient, wantInput: false };
    const found = this.#head.differentiate(part.values, features, labels.length, options, part.gradients);
    part.step([...moved, ...found.moved]);
    this.#step = undefined;
    if (!part.values.every(Number.isFinite)) throw diverged(place);
  }

  smash(from: number, most: number): Smashed {
    const { features, labels, width, rows } = this.#validation;
    const to = Math.min(rows, from + most);
    const activations = this.#head.forward(
      this.#loaded.values,
      features.subarray(from * width, to * width),
      to - from,
      undefined,
    );
    addNoise(activations, this.#parts.split.noise);
    return { activations, rows: to - from, labels: labels.slice(from, to) };
  }

  figures(outputs: Float32Array): Evaluation | undefined {
    const { rows, labels } = this.#validation;
    if (rows === 0) return undefined;
    const { tail, outputShape } = this.#parts;
    const logits = tail.from === tail.to ? outputs : this.#tail.forward(this.#loaded.values, outputs, rows, undefined);
    const width = tail.from === tail.to ? sizeOf(outputShape) : logits.length / rows;
    return classificationFigures(logits, labels, width);
  }

  get #loaded(): TrainedPart {
    if (this.#part === undefined) throw new Error("the client's part was not loaded");
    return this.#part;
  }

  get #underWay() {
    if (this.#step === undefined) throw new Error("no step is under way");
    return this.#step;
  }

  get #loss() {
    const { model } = this.#doc;
    return "loss" in model && model.loss === "sigmoidCrossEntropy" ? sigmoidCrossEntropy : softmaxCrossEntropy;
  }

  #rowsOf({ epoch, batch }: StepPlace): Uint32Array {
    if (this.#walk === undefined || epoch < this.#order.epoch) {
      const { batchSize, seed } = this.#doc.training;
      const work = { localEpochs: Number.POSITIVE_INFINITY, localBatches: undefined, batchSize, seed };
      this.#walk = batchesOf(this.#training.rows, 1, work)[Symbol.iterator]();
      this.#order = { epoch: 0, batches: [] };
    }
    while (this.#order.epoch < epoch) {
      const batches: Uint32Array[] = [];
      do batches.push((this.#walk.next().value as Batch).rows.slice());
      while (batches.length * this.#doc.training.batchSize < this.#training.rows);
      this.#order = { epoch: this.#order.epoch + 1, batches };
    }
    const rows = this.#order.batches[batch - 1];
    if (rows === undefined) throw new Error(`epoch ${epoch} has no batch ${batch}`);
    return rows;
  }
}

function gather(
  { features, labels, width }: Dataset,
  rows: Uint32Array,
): { features: Float32Array; labels: Int32Array } {
  const found = { features: new Float32Array(rows.length * width), labels: new Int32Array(rows.length) };
  for (const [i, row] of rows.entries()) {
    found.features.set(features.subarray(row * width, (row + 1) * width), i * width);
    found.labels[i] = labels[row] as number;
  }
  return found;
}

function diverged({ epoch, batch }: StepPlace): SwarmError {
  const text = `training diverged in epoch ${epoch}, batch ${batch}: the loss or a weight is not finite; normalize the features or lower the learning rate`;
  return new SwarmError("TRAINING_DIVERGED", text, { epoch, batch });
}
