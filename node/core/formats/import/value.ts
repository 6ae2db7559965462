import { SwarmError } from "../../errors.ts";
import { cut, quoted } from "../../quoted.ts";

/** Readers of values in a stranger's file. `where` is the value's place in it, for errors. */

export type Fields = Record<string, unknown>;

/** @throws SwarmError IMPORT_FORMAT */
export function fieldsOf(value: unknown, where: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw wrong(where, value, "an object");
}

/** @throws SwarmError IMPORT_FORMAT for no list, or a longer one */
export function listOf(value: unknown, where: string, most: number): unknown[] {
  if (!Array.isArray(value)) throw wrong(where, value, "a list");
  if (value.length <= most) return value;
  throw new SwarmError("IMPORT_TOO_LARGE", `${where} has ${value.length} entries; ${most} are the most`);
}

/** @throws SwarmError IMPORT_FORMAT */
export function textOf(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  throw wrong(where, value, "text");
}

/** @throws SwarmError IMPORT_FORMAT */
export function sizesOf(value: unknown, where: string): number[] {
  const sizes = listOf(value, where, 8);
  if (sizes.every((size): size is number => Number.isSafeInteger(size) && (size as number) > 0)) return sizes;
  throw new SwarmError("IMPORT_FORMAT", `${where} has to be a list of sizes, whole numbers from 1`);
}

function wrong(where: string, value: unknown, wanted: string): SwarmError {
  const found = value === undefined ? "is missing" : `is ${quoted(value)}`;
  return new SwarmError(
    "IMPORT_FORMAT",
    `${where} ${found}, where ${wanted} is needed: this is no file of a layers model`,
    {
      where: cut(where),
    },
  );
}
