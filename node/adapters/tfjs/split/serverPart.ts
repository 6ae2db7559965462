import { SwarmError } from "../../../core/errors.ts";
import { splitPartsOf } from "../../../core/modes/splitParts.ts";
import type { TaskDocument } from "../../../core/task/schema.ts";
import type { PartState, Smashed, StepPlace } from "../../../ports/splitLearner.ts";
import { sigmoidCrossEntropy, softmaxCrossEntropy } from "../loss.ts";
import { createDropoutStream } from "./dropoutStream.ts";
import { createTrainedPart, type TrainedPart } from "./partOptimizer.ts";
import { createRange, type Moved } from "./range.ts";

type Activations = Omit<Smashed, "labels">;

interface Copy {
  part: TrainedPart;
  /** The batch that `backward` is due for. */
  batch?: { given: Activations; random: () => () => number } | undefined;
  /** A step that is ready to be taken: its gradients are in `part.gradients`. */
  ready?: Moved[] | undefined;
}

/** The server's side on this thread: `SplitServerPart` without waiting. */
export class ServerPart {
  readonly #doc: TaskDocument;
  readonly #range;
  readonly #dropout;
  readonly #copies = new Map<string, Copy>();

  constructor(doc: TaskDocument) {
    const { server, serverSpecs, cutShape } = splitPartsOf(doc);
    this.#doc = doc;
    this.#range = createRange(doc, server, serverSpecs, cutShape);
    this.#dropout = createDropoutStream(doc, server);
  }

  load(name: string, state: PartState): void {
    this.#copies.set(name, { part: createTrainedPart(this.#doc.training.optimizer, state) });
  }

  state(name: string): PartState {
    return this.#copy(name).part.state();
  }

  drop(name: string): void {
    this.#copies.delete(name);
  }

  loss(
    name: string,
    place: StepPlace,
    batch: Smashed,
    totalRows: number,
    weights?: readonly number[],
  ): { loss: number; gradient: Float32Array } {
    const copy = this.#begin(name);
    const { model } = this.#doc;
    const lossOf = "loss" in model && model.loss === "sigmoidCrossEntropy" ? sigmoidCrossEntropy : softmaxCrossEntropy;
    let sum = 0;
    const upstream = (logits: Float32Array): Float32Array => {
      const found = lossOf(logits, batch.labels, weights && Float64Array.from(weights));
      sum = found.sum;
      return found.gradient;
    };
    const random = this.#dropout.numbersOf(place, batch.rows, totalRows);
    const gradient = this.#differentiate(copy, batch, random(), upstream);
    if (!Number.isFinite(sum)) throw notFinite(copy);
    return { loss: sum, gradient };
  }

  forward(name: string, place: StepPlace, given: Activations, totalRows: number): Float32Array {
    const copy = this.#begin(name);
    const random = this.#dropout.numbersOf(place, given.rows, totalRows);
    copy.batch = { given, random };
    return this.#range.forward(copy.part.values, given.activations, given.rows, random());
  }

  backward(name: string, gradient: Float32Array): Float32Array {
    const copy = this.#copy(name);
    if (copy.batch === undefined) throw new Error(`no batch of ${name} is under way`);
    const { given, random } = copy.batch;
    return this.#differentiate(copy, given, random(), () => gradient);
  }

  apply(name: string): void {
    const copy = this.#copy(name);
    if (copy.ready === undefined) throw new Error(`no step of ${name} is ready`);
    copy.part.step(copy.ready);
    copy.ready = copy.batch = undefined;
  }

  discard(name: string): void {
    const copy = this.#copy(name);
    copy.ready = copy.batch = undefined;
  }

  outputs(name: string, { activations, rows }: Activations): Float32Array {
    return this.#range.forward(this.#copy(name).part.values, activations, rows, undefined);
  }

  #begin(name: string): Copy {
    this.discard(name);
    return this.#copy(name);
  }

  #differentiate(
    copy: Copy,
    { activations, rows }: Activations,
    random: () => number,
    upstream: (output: Float32Array) => Float32Array,
  ): Float32Array {
    const { values, gradients } = copy.part;
    const found = this.#range.differentiate(
      values,
      activations,
      rows,
      { random, upstream, wantInput: true },
      gradients,
    );
    const input = found.input as Float32Array;
    if (
      ![gradients, input, ...found.moved.map(({ values: moved }) => moved)].every((list) => list.every(Number.isFinite))
    )
      throw notFinite(copy);
    copy.ready = found.moved;
    return input;
  }

  #copy(name: string): Copy {
    const copy = this.#copies.get(name);
    if (copy === undefined) throw new Error(`there is no copy ${name} of the server's part`);
    return copy;
  }
}

function notFinite(copy: Copy): SwarmError {
  copy.ready = copy.batch = undefined;
  const text =
    "a client's step makes the loss or a gradient that is not finite; the step was dropped. Normalize its features or lower the learning rate";
  return new SwarmError("SPLIT_NOT_FINITE", text);
}
