import { z } from "zod";
import { expandColumns, MAX_FEATURES } from "./columns.ts";

/** Most values of one row whose features are a tensor: an image of 1024 x 1024 in grey. */
export const MAX_INPUT_VALUES = 1_048_576;

const column = z.string().min(1).max(128);
const positive = z.number().positive();
const classes = z.array(z.string().min(1).max(64)).min(2).max(1024);
const side = z.int().min(1).max(4096);

/** What takes a missing value's place: nothing, the mean of the training rows, or a number. */
const missing = z.union([z.enum(["refuse", "mean"]), z.number()]).default("refuse");
const perFeature = z.union([z.number(), z.array(z.number())]);
/** Lists have one value per feature; for tensors also one per channel, which is the last axis. */
const fixed = z.strictObject({ mean: perFeature, std: z.union([positive, z.array(positive)]) });
const normalize = z.union([z.literal("none"), fixed]).default("none");
/** Or, for columns, by statistics that members publish and merge in round 1; of values between these bounds. */
const agreed = z.strictObject({
  agreed: z.strictObject({
    low: perFeature,
    high: perFeature,
    /** Standard deviation of what each node adds to its own, in parts of the distance between the bounds. */
    noise: positive.max(1).optional(),
  }),
});

/** Tables: features and label are columns that are found by name. */
const columns = {
  features: z.union([
    z.array(column).min(1).max(MAX_FEATURES),
    z.strictObject({
      columns: z
        .string()
        .max(128)
        .refine((pattern) => expandColumns(pattern) !== undefined, {
          error: `needs a range such as pixel{0..63}, with ${MAX_FEATURES} columns at the most`,
        }),
    }),
  ]),
  label: z.strictObject({ column, classes }),
  missing,
  normalize: z.union([z.literal("none"), fixed, agreed]).default("none"),
  inputShape: z.array(side).min(1).max(3).optional(),
};

/** Arrays: the first axis counts rows, `inputShape` says what one row is. */
const tensors = { label: z.strictObject({ classes }), normalize, inputShape: z.array(side).min(1).max(3) };

/** Where a task's rows come from and what they mean; each clinic names its own path. */
export const dataSchema = z.discriminatedUnion("format", [
  z.strictObject({ format: z.literal("csv"), ...columns }),
  z.strictObject({ format: z.literal("tsv"), ...columns }),
  z.strictObject({ format: z.literal("parquet"), ...columns }),
  z.strictObject({ format: z.literal("idx"), ...tensors }),
  z.strictObject({ format: z.literal("npy"), ...tensors, missing }),
  z.strictObject({
    format: z.literal("npz"),
    ...tensors,
    missing,
    /** Names of the arrays in the file. */
    arrays: z.strictObject({ features: column.default("x"), labels: column.default("y") }).prefault({}),
  }),
  z.strictObject({
    format: z.literal("images"),
    normalize,
    /** Height, width, and channels: 1 grey, 3 RGB, 4 RGBA. */
    inputShape: z.tuple([side, side, z.union([z.literal(1), z.literal(3), z.literal(4)])]),
    /** Absent: a folder per class. Else a CSV in the data's folder whose columns name each image and its class. */
    label: z.strictObject({
      classes,
      file: z
        .string()
        .regex(/^[^/\\]{1,128}$/, "must be the name of a file in the data's folder")
        .optional(),
      image: column.optional(),
      column: column.optional(),
    }),
    /** Absent: images of another size are refused. */
    resize: z.literal("bilinear").optional(),
  }),
]);

export type DataSection = z.output<typeof dataSchema>;
/** Formats whose features are columns. */
export type ColumnData = Extract<DataSection, { features: unknown }>;
/** Formats whose features are a tensor per row. */
export type TensorData = Exclude<DataSection, ColumnData>;
export type Missing = z.output<typeof missing>;
export type Normalize = z.output<typeof normalize>;

export const hasColumns = (data: DataSection): data is ColumnData => "features" in data;
