import { z } from "zod";
import { SCORE_PARTS } from "../stopping/score.ts";

/** Largest value of a uint32. */
const UINT32_MAX = 4294967295;

const count = z.int().min(1).max(UINT32_MAX);
const positive = z.number().positive();
const fraction = z.number().min(0).lt(1);

const optimizer = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("sgd"), learningRate: positive, momentum: fraction.default(0) }),
  z.strictObject({
    type: z.literal("adam"),
    learningRate: positive.default(0.001),
    beta1: fraction.default(0.9),
    beta2: fraction.default(0.999),
    epsilon: positive.default(1e-8),
  }),
  z.strictObject({
    type: z.literal("rmsprop"),
    learningRate: positive.default(0.001),
    decay: fraction.default(0.9),
    epsilon: positive.default(1e-7),
  }),
]);

/** Rounds in which the rate rises to the optimizer's own. */
const warmupRounds = z.int().min(0).max(UINT32_MAX).default(0);

/** How the optimizer's learning rate changes from round to round: `learningRate.ts` says what each kind is. */
const learningRateSchedule = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("constant"), warmupRounds }),
  z.strictObject({ type: z.literal("step"), everyRounds: count, factor: positive.lt(1), warmupRounds }),
  z.strictObject({ type: z.literal("cosine"), floor: fraction.default(0), warmupRounds }),
]);

/** When a task ends before its rounds are used up (R11). */
const earlyStopping = z.strictObject({
  /** Final rounds in a row without an improvement. */
  patience: count,
  /** Of the swarm's score, 0 to 1: less than this is no improvement. */
  minImprovement: z
    .number()
    .min(1 / SCORE_PARTS)
    .max(1)
    .refine((value) => Math.abs(value * SCORE_PARTS - Math.round(value * SCORE_PARTS)) < 1e-6, {
      error: "at most four digits behind the point, as evaluations on the ledger have",
    })
    .default(0.01),
});

/** What a node does with its rows in a round. */
export const trainingSchema = z.strictObject({
  /** Passes over the rows; `document.ts` fills in 1 where there are no `localBatches`. */
  localEpochs: z.int().min(1).max(1000).optional(),
  /** In place of passes: batches, so that sites of any size take as many steps. */
  localBatches: z.int().min(1).max(1_000_000).optional(),
  batchSize: z.int().min(1).max(65536).default(32),
  optimizer,
  /** The optimizer's own rate in every round, where it is left out. */
  learningRateSchedule: learningRateSchedule.optional(),
  earlyStopping: earlyStopping.optional(),
  /** mu of FedProx (Li et al. 2020): how strongly training is held to the round's base. */
  proximal: positive.max(1e6).optional(),
  validationSplit: z.number().min(0).max(0.5).default(0),
  /** How rows are chosen for validation; absent: shuffled by class, which new rows change. Both choices keep a row where it is when rows are appended. */
  split: z
    .discriminatedUnion("by", [
      z.strictObject({ by: z.literal("content") }),
      z.strictObject({ by: z.literal("position"), stratified: z.boolean().default(true) }),
    ])
    .optional(),
  /** What a row's loss is multiplied with, by its class: given, or per node so that its classes weigh the same. */
  classWeights: z.union([z.literal("balanced"), z.array(z.number().min(0).max(1e6)).min(2).max(1024)]).optional(),
  seed: z.int().min(0).max(UINT32_MAX).default(0),
});

type Training = z.output<typeof trainingSchema>;

/** With one pass where neither passes nor batches are given. */
export const withLocalWork = (training: Training): Training =>
  training.localEpochs === undefined && training.localBatches === undefined
    ? { ...training, localEpochs: 1 }
    : training;
