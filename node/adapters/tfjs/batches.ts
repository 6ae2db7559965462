import { createPrng, shuffle } from "../../core/prng.ts";
import type { TaskDocument } from "../../core/task/schema.ts";

/** Seed words that keep the streams of one task apart. */
const SHUFFLE_STREAM = 0x73687566;
const PASS_STREAM = 0x70617373;

/** The rows of one step, and where in the round it is: both count from 1. */
export interface Batch {
  /** Only until the next one is asked for. */
  rows: Uint32Array;
  epoch: number;
  epochs: number;
  batch: number;
  batches: number;
}

type LocalWork = Pick<TaskDocument["training"], "localEpochs" | "localBatches" | "batchSize" | "seed">;

/** A round's batches, in an order that seed, round and number of rows decide. @param round from 1 */
export const batchesOf = (rows: number, round: number, work: LocalWork): Iterable<Batch> =>
  work.localBatches === undefined ? passes(rows, round, work) : partOfPasses(rows, round, work.localBatches, work);

/** `localEpochs` passes over all rows, each in another order. */
function* passes(rows: number, round: number, { localEpochs = 1, batchSize, seed }: LocalWork): Generator<Batch> {
  const order = inOrder(rows);
  const batches = Math.ceil(rows / batchSize);
  for (let epoch = 1; epoch <= localEpochs; epoch++) {
    shuffle(order, createPrng(seed, SHUFFLE_STREAM, round, epoch));
    for (let batch = 1; batch <= batches; batch++) {
      const part = order.subarray((batch - 1) * batchSize, batch * batchSize);
      yield { rows: part, epoch, epochs: localEpochs, batch, batches };
    }
  }
}

/**
 * `localBatches` batches of a walk over the rows that goes on from round to round, pass after pass, each pass in another order: so all rows are used
 * alike, however few a round takes. Where a round begins follows from its number, so a restart changes nothing, and what a node that stays away
 * would have used in that round is left out.
 */
function* partOfPasses(rows: number, round: number, batches: number, { batchSize, seed }: LocalWork): Generator<Batch> {
  const perPass = Math.ceil(rows / batchSize);
  let pass = -1;
  let order = new Uint32Array(0);
  for (let batch = 1; batch <= batches; batch++) {
    const at = (round - 1) * batches + batch - 1;
    const next = Math.floor(at / perPass);
    if (next !== pass) {
      pass = next;
      order = shuffle(inOrder(rows), createPrng(seed, PASS_STREAM, pass));
    }
    const start = (at % perPass) * batchSize;
    yield { rows: order.subarray(start, start + batchSize), epoch: 1, epochs: 1, batch, batches };
  }
}

const inOrder = (rows: number): Uint32Array<ArrayBuffer> => Uint32Array.from({ length: rows }, (_, row) => row);
