import { z } from "zod";
import type { Address, Bytes32 } from "../../../core/primitives.ts";
import { type LedgerQuery, ROW_KINDS } from "../../../ports/dashboard.ts";

/** Rows of one answer at most. */
export const MAX_ROWS = 200;

const empty = (value: unknown): unknown => (value === "" ? undefined : value);
const hex = (digits: number) => z.string().regex(new RegExp(`^0x[0-9a-f]{${digits}}$`));

const schema = z.strictObject({
  task: z.preprocess(empty, hex(64).optional()),
  kind: z.preprocess(empty, z.enum(ROW_KINDS).optional()),
  round: z.preprocess(empty, z.coerce.number().int().min(0).max(4_294_967_295).optional()),
  member: z.preprocess(empty, hex(40).optional()),
  text: z.preprocess(empty, z.string().trim().max(100).optional()),
  offset: z.coerce.number().int().min(0).max(1_000_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(MAX_ROWS).default(50),
});

/** A query as a request's parameters say it; a sentence about what is wrong where they are none. */
export function parseLedgerQuery(parameters: Record<string, string>): LedgerQuery | { problem: string } {
  const { success, data, error } = schema.safeParse(parameters);
  if (!success) {
    const [first] = error.issues;
    return { problem: `${first?.path.join(".") || "the query"}: ${first?.message ?? "not understood"}` };
  }
  return { ...data, task: data.task as Bytes32 | undefined, member: data.member as Address | undefined };
}
