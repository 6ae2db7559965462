import { z } from "zod";
import { capThousandths } from "../merge/cap.ts";

/** Steps in which Weiszfeld's weights come to rest, unless liars are close to a half; they take n * n operations each, and no look at a file. */
const WEISZFELD_STEPS = 32;

const step = z.union([
  z.enum(["clipMedianNorm", "arc", "nearestNeighbourMixing"]),
  z.strictObject({ step: z.literal("bucketing"), size: z.int().min(2).max(128) }),
]);

const before = z.array(step).min(1).max(4).optional();

const cap = z
  .number()
  .refine((share) => capThousandths(share) !== undefined, {
    error: "needs a share from 0.001 to 1, with three decimals at the most",
  })
  .optional();

/** How updates are put together: `before` the rule, in their order, what is done to the updates as vectors. */
export const mergeSchema = z.discriminatedUnion("rule", [
  z.strictObject({ rule: z.literal("mean"), cap, before }),
  z.strictObject({ rule: z.literal("median"), before }),
  z.strictObject({ rule: z.literal("trimmedMean"), trim: z.int().min(1).max(127), before }),
  z.strictObject({
    rule: z.literal("geometricMedian"),
    steps: z.int().min(1).max(1000).default(WEISZFELD_STEPS),
    before,
  }),
  z.strictObject({ rule: z.literal("multiKrum"), before }),
]);
