import { z } from "zod";
import { SwarmError } from "../../core/errors.ts";

/** The version of the contract between node and trainer that this node speaks (docs/TRAINERS.md). */
export const CONTRACT = 1;
/** Longest line that a trainer may write, bytes. */
export const MAX_LINE_BYTES = 65_536;
/** Longest part of a trainer's own words that is shown, characters. */
const SHOWN = 60;

const id = z.int().min(1);
const count = z.int().min(0).max(4_294_967_295);
const share = z.number().min(0).max(1);
/** Names and versions are written into logs and records. */
const word = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,39}$/, "letters, digits, . _ + and -, 40 at the most");

const evaluation = z.strictObject({ rows: count.min(1), loss: z.number(), accuracy: share, auc: share.optional() });

const message = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("hello"),
    contract: z.int(),
    engine: z.strictObject({ name: word, version: word }),
    rows: z.strictObject({ training: count, validation: count }),
  }),
  z.strictObject({
    type: z.literal("progress"),
    id,
    epoch: count.min(1),
    epochs: count.min(1),
    batch: count.min(1),
    batches: count.min(1),
    loss: z.number(),
  }),
  z.strictObject({
    type: z.literal("trained"),
    id,
    samples: count,
    loss: z.number(),
    validation: evaluation.nullable(),
  }),
  z.strictObject({ type: z.literal("evaluated"), id, evaluation: evaluation.nullable() }),
  z.strictObject({ type: z.literal("cancelled"), id }),
  z.strictObject({
    type: z.literal("failed"),
    /** Left out where there was no request yet. */
    id: id.optional(),
    /** "diverged": this base and these rows lead nowhere, so that trying again does not help. */
    reason: z.enum(["diverged", "data", "other"]),
    message: z.string().max(2000),
  }),
]);

/** What a trainer says, one line each. */
export type TrainerMessage = z.output<typeof message>;
export type Hello = Extract<TrainerMessage, { type: "hello" }>;

/** What a trainer is told. Paths are absolute. */
export type NodeMessage =
  | { type: "hello"; contract: number; task: string }
  | { type: "train"; id: number; folder: string }
  | { type: "evaluate"; id: number; folder: string }
  | { type: "cancel"; id: number };

/** @throws SwarmError TRAINER_PROTOCOL for a line that is none of the messages */
export function parseMessage(line: string): TrainerMessage {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw protocolError(
      `a line on its standard output is no JSON ("${shown(line)}"): what is not a message belongs on standard error`,
      cause,
    );
  }
  const parsed = message.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join(".");
  throw protocolError(
    `a message is not as the contract says (${field ? `${field}: ` : ""}${issue?.message}): "${shown(line)}"`,
    parsed.error,
  );
}

export function protocolError(what: string, cause?: unknown): SwarmError {
  return new SwarmError("TRAINER_PROTOCOL", `the trainer broke the contract: ${what} (docs/TRAINERS.md)`, {}, cause);
}

/** A trainer's words for people: one short line without control characters. */
export function shown(text: string, length = SHOWN): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").trim();
  return plain.length > length ? `${plain.slice(0, length)}...` : plain;
}
