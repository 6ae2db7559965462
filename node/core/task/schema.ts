import { z } from "zod";
import type { MergeConfig } from "../merge/rule.ts";
import { PROTOCOL_VERSION } from "../primitives.ts";
import { dataSchema } from "./dataSchema.ts";
import { federatedSchema } from "./federatedSchema.ts";
import { layerSchema } from "./layers.ts";
import { mergeSchema } from "./mergeSchema.ts";
import { splitSchema } from "./splitSchema.ts";
import { trainingSchema } from "./trainingSchema.ts";

/** Least records a task may let a node train on: an update from fewer can give single records away. */
export const MIN_RECORDS = 32;
/** Largest value of a uint32: weights, rounds and seeds. */
const UINT32_MAX = 4294967295;
const WEEK_SECONDS = 604800;

const count = z.int().min(1).max(UINT32_MAX);
const positive = z.number().positive();
const seconds = z.int().min(1).max(WEEK_SECONDS);

const model = z.union([
  z.strictObject({
    layers: z.array(layerSchema).min(1).max(64),
    /** Both take logits: the last layer has no activation. sigmoidCrossEntropy has one unit for two classes. */
    loss: z.enum(["softmaxCrossEntropy", "sigmoidCrossEntropy"]),
  }),
  z.strictObject({
    tensors: z
      .array(z.strictObject({ name: z.string().regex(/^[\x21-\x7e]{1,128}$/), shape: z.array(z.int().min(1)).max(8) }))
      .min(1)
      .max(1024),
  }),
]);

/** A task's document field by field; `document.ts` adds the rules that take more than one field. */
export const taskSchema = z.strictObject({
  version: z.literal(PROTOCOL_VERSION),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower-case letters, digits and -, 63 at the most"),
  description: z.string().max(2000).optional(),
  mode: z.enum(["swarm", "federated", "split"]).default("swarm"),
  model,
  data: dataSchema,
  training: trainingSchema,
  /** For `swarm split`; the section has no part in a swarm. */
  split: splitSchema.optional(),
  /** `document.ts` fills it in: what is right by default depends on f. */
  merge: mergeSchema.optional(),
  contributorWeights: z
    .union([
      z.literal("equal"),
      z.strictObject({ cappedSamples: count }),
      z.strictObject({ bucketedSamples: z.array(count).min(1).max(64) }),
    ])
    .default("equal"),
  round: z.strictObject({
    f: z.int().min(0).max(84),
    minPeers: z.int().min(2).max(256),
    startMembers: z.int().min(2).max(256),
    rounds: count,
    submitSeconds: seconds,
    attestSeconds: seconds,
    mergeSeconds: seconds,
  }),
  federated: federatedSchema.optional(),
  limits: z.strictObject({ maxUpdateNorm: positive.max(1e15) }),
  privacy: z
    .strictObject({
      minRecords: z.int().min(MIN_RECORDS).max(UINT32_MAX).default(MIN_RECORDS),
      clipNorm: positive.optional(),
    })
    .prefault({}),
  evaluations: z.boolean().default(false),
  retainRounds: z.union([z.literal("all"), count]).default("all"),
});

/** What a task's file says, with every default filled in. */
export type TaskDocument = Omit<z.output<typeof taskSchema>, "merge"> & { merge: MergeConfig };
