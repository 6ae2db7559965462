import { z } from "zod";
import { SwarmError } from "../errors.ts";
import { quoted } from "../quoted.ts";

/** The version that both sides speak; another is refused. */
export const SPLIT_VERSION = 1;
/** What a channel is opened for. */
export const SPLIT_PURPOSE = "split";

const whole = z.int().min(0).max(4294967295);
const count = z.int().min(1).max(4294967295);
const number = z.number();
/** Which step a message belongs to: a step that was answered, or given up, never comes again (S3). */
const place = { epoch: count, batch: count };
const text = z.string().max(2000);
/** Sealed client parts in the body, one after another; each counts by its client's rows. */
const parts = z.array(z.strictObject({ weight: count, bytes: count })).max(256);

const figures = {
  rows: count,
  loss: number,
  accuracy: z.number().min(0).max(1),
  auc: z.number().min(0).max(1).optional(),
};

/** What a client says. */
const fromClient = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("hello"),
    version: whole,
    /** sha256 of the task's canonical document. */
    task: z.string().max(80),
    /** Rows that it trains on. */
    rows: count,
    classWeights: z.array(z.number().min(0)).max(1024).optional(),
    /** The last step that it took of a turn that it still knows. */
    at: z.strictObject({ epoch: count, batch: whole }).optional(),
  }),
  z.strictObject({ type: z.literal("step"), ...place, rows: count }),
  z.strictObject({ type: z.literal("output-gradient"), ...place }),
  z.strictObject({ type: z.literal("turn-done"), epoch: count, loss: number }),
  z.strictObject({ type: z.literal("smashed"), epoch: count, from: whole, rows: count }),
  z.strictObject({ type: z.literal("figures"), epoch: count, figures: z.strictObject(figures).optional() }),
  z.strictObject({ type: z.literal("cannot"), code: z.string().max(64), text }),
]);

/** What the server says. */
const fromServer = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("refused"), code: z.string().max(64), text }),
  z.strictObject({ type: z.literal("wait"), text }),
  z.strictObject({ type: z.literal("turn"), epoch: count, client: whole, parts }),
  z.strictObject({ type: z.literal("continue"), ...place }),
  z.strictObject({ type: z.literal("outputs"), ...place }),
  z.strictObject({ type: z.literal("gradient"), ...place, loss: number.optional() }),
  z.strictObject({ type: z.literal("evaluate"), epoch: count, parts }),
  z.strictObject({ type: z.literal("evaluated"), epoch: count, from: whole }),
  z.strictObject({
    type: z.literal("epoch"),
    epoch: count,
    clients: z.array(z.string().max(64)).max(256),
    trainingLoss: number,
    figures: z.strictObject(figures).optional(),
    finished: z.boolean(),
  }),
]);

export type FromClient = z.output<typeof fromClient>;
export type FromServer = z.output<typeof fromServer>;

/** @throws SwarmError SPLIT_PROTOCOL */
export const parseFromClient = (head: Record<string, unknown>): FromClient => parse(fromClient, head);
export const parseFromServer = (head: Record<string, unknown>): FromServer => parse(fromServer, head);

function parse<T>(schema: z.ZodType<T>, head: Record<string, unknown>): T {
  const parsed = schema.safeParse(head);
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues[0];
  const said = `a message of type ${quoted(head.type, 40)} is not one of split learning's: ${why?.path.join(".") ?? ""} ${why?.message ?? ""}`;
  throw new SwarmError("SPLIT_PROTOCOL", `${said}; both sides need the same version`, { type: quoted(head.type, 40) });
}
