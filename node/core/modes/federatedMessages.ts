import { z } from "zod";
import { SwarmError } from "../errors.ts";
import type { Bytes32 } from "../primitives.ts";

/** The version of the conversation below; a client of another version is refused. */
export const FEDERATED_VERSION = 1;
/** What channels of it are opened for (ports/channels.ts). */
export const FEDERATED_PURPOSE = "federated";

const UINT32_MAX = 4294967295;
const hash = z.string().regex(/^0x[0-9a-f]{64}$/) as unknown as z.ZodType<Bytes32>;
const round = z.int().min(1).max(UINT32_MAX);
const text = z.string().max(2000);

/** What a client says: heads of its messages. Only `update` has a body: the update's file. */
const fromClient = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("hello"),
    version: z.int(),
    /** Of the task's document. */
    task: hash,
    /** Its updates' weight in merges, as the task counts samples: equal, capped or in buckets. */
    weight: z.int().min(1).max(UINT32_MAX),
    /** What trains, with its version. */
    engine: z.string().max(200),
    /** The model that it has already. */
    holds: hash.nullable(),
  }),
  /** Of a model on the client's validation rows; no rows where it keeps none. */
  z.strictObject({
    type: z.literal("figures"),
    model: hash,
    rows: z.int().min(0).max(UINT32_MAX),
    loss: z.number().min(0).max(1e30),
    accuracy: z.number().min(0).max(1),
    auc: z.number().min(0).max(1).optional(),
  }),
  z.strictObject({ type: z.literal("update"), round, base: hash, sha256: hash }),
  z.strictObject({ type: z.literal("failed"), round, reason: text }),
  /** The last model is on its disk. */
  z.strictObject({ type: z.literal("done") }),
  z.strictObject({ type: z.literal("here") }),
]);

/** What the coordinator says. `round` and `finished` have the model's file as body, or none where the client holds it. */
const fromServer = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("welcome"), rounds: round, round, minClients: z.int() }),
  z.strictObject({ type: z.literal("refused"), code: z.string().regex(/^[A-Z_]{1,64}$/), reason: text }),
  /** Train on `base`; the round goes on for `seconds`. */
  z.strictObject({ type: z.literal("round"), round, attempt: z.int().min(0), base: hash, seconds: z.number().min(0) }),
  /** The round was merged without the client's update. */
  z.strictObject({ type: z.literal("over"), round }),
  z.strictObject({ type: z.literal("finished"), rounds: round, model: hash }),
  z.strictObject({ type: z.literal("here") }),
]);

export type ClientHead = z.output<typeof fromClient>;
export type ServerHead = z.output<typeof fromServer>;

/** @throws SwarmError FEDERATED_PROTOCOL for anything but one of these heads, with a body only where it may have one */
export const parseClientHead = (message: Given): ClientHead => parsed(fromClient, message, ["update"]);

/** @throws SwarmError FEDERATED_PROTOCOL */
export const parseServerHead = (message: Given): ServerHead => parsed(fromServer, message, ["round", "finished"]);

interface Given {
  head: Record<string, unknown>;
  body: Uint8Array;
}

function parsed<T extends { type: string }>(schema: z.ZodType<T>, { head, body }: Given, bodied: string[]): T {
  const result = schema.safeParse(head);
  if (!result.success) {
    const [issue] = result.error.issues;
    const field = issue?.path.join(".") || "type";
    throw new SwarmError("FEDERATED_PROTOCOL", `a message's ${field} is none that this conversation has`, { field });
  }
  if (body.length === 0 || bodied.includes(result.data.type)) return result.data;
  const { type } = result.data;
  throw new SwarmError(
    "FEDERATED_PROTOCOL",
    `a message "${type}" has a body of ${body.length} bytes and may have none`,
  );
}
