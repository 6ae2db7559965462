import { z } from "zod";

const count = z.int().min(1).max(4294967295);
/** A layer by its index from 0, or by its name. */
const layer = z.union([z.int().min(0).max(63), z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,31}$/)]);

/** Values that may cross as they are, as half-precision numbers, or as whole numbers from -127 to 127 with a scale for each row. */
export const ENCODINGS = ["f32", "f16", "i8"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** How a task is trained by split learning (docs/SPLIT.md). Without defaults for the whole: tasks that have no such section keep their hashes. */
export const splitSchema = z.strictObject({
  /** The last layer that the clients hold. */
  cut: layer,
  /** `kept`: labels and the layers from `tail` on stay at the client (U-shaped; Vepakomma et al. 2018). */
  labels: z.enum(["shared", "kept"]).default("shared"),
  /** The first layer of the tail, where labels are kept. */
  tail: layer.optional(),
  /** One client after another on one model (Gupta and Raskar 2018), or all at once with averaged parts (SplitFed; Thapa et al. 2022). */
  clients: z.enum(["inTurn", "parallel"]).default("inTurn"),
  /** Passes of every client over its rows, at the most. */
  epochs: z.int().min(1).max(100_000),
  /** Ends training where the mean validation loss was not better than the best by `minImprovement` for this many epochs. */
  converged: z.strictObject({ epochs: count, minImprovement: z.number().min(0).max(1e6) }).optional(),
  /** What activations and their gradients are sent as. */
  activations: z.enum(ENCODINGS).default("f32"),
  /** Standard deviation of what the client adds to each activation at the cut, in the activation's own unit. */
  noise: z.number().min(0).max(1e6).default(0),
  /** Clients that have to be there for an epoch to begin and to count; `round.minPeers` where it is left out. */
  minClients: z.int().min(1).max(256).optional(),
  /** How long one side waits for the other's next message in a step, and for a client that went away. */
  stepSeconds: z.int().min(1).max(86_400).default(60),
});

export type SplitSection = z.output<typeof splitSchema>;
