import { SwarmError } from "../../core/errors.ts";
import type { Refusal } from "./rowSink.ts";

/** A failure in a clinic's data. The message names file and place; a value of a row is never repeated, it is a patient's. */
export function dataError(
  code: string,
  path: string,
  what: string,
  data: Record<string, unknown> = {},
  cause?: unknown,
): SwarmError {
  return new SwarmError(code, `${path}: ${what}`, { path, ...data }, cause);
}

/** What a value's refusal means where values have no column: @param where such as "row 3, value 7" */
export function refusedValue(path: string, where: string, refusal: Refusal): SwarmError {
  return refusal === "missing"
    ? dataError(
        "DATA_MISSING_VALUE",
        path,
        `${where} is missing; fill it in, or set data.missing to "mean" or a number`,
      )
    : dataError("DATA_NOT_A_NUMBER", path, `${where} is no finite number as float32, after data.normalize`);
}

export function tooManyRows(path: string, mostRows: number): SwarmError {
  return dataError(
    "DATA_TOO_LARGE",
    path,
    `has more than the ${mostRows} rows of this width that are read; train on fewer`,
  );
}

export function unknownClass(path: string, where: string, classes: readonly string[], given: string): SwarmError {
  return dataError("DATA_UNKNOWN_CLASS", path, `${where} ${unknownClassWords(classes, given)}`);
}

/** @param given is not repeated; a class that it is but for its case, or for spaces around it, is named */
export function unknownClassWords(classes: readonly string[], given: string): string {
  const names = classes.slice(0, 20).map((name) => `"${name}"`);
  if (classes.length > names.length) names.push(`${classes.length - names.length} more`);
  const plain = (name: string): string => name.trim().toLowerCase();
  const meant = classes.find((name) => plain(name) === plain(given));
  const hint = meant === undefined ? "" : `; upper and lower case and spaces have to be the same: is "${meant}" meant?`;
  return `is none of the task's classes ${names.join(", ")}${hint}`;
}

/** For text in a column of features. */
export const NOT_A_NUMBER =
  "is no finite number; write numbers with a decimal point, encode categories as numbers, or leave the column out of data.features";

/** What reading failed with, in the project's words; an abort stays what it is. */
export function asDataError(path: string, cause: unknown): unknown {
  if (cause instanceof SwarmError || (cause as Error | undefined)?.name === "AbortError") return cause;
  return new SwarmError("DATA_UNREADABLE", `cannot read ${path}: ${whyUnreadable(cause)}`, { path }, cause);
}

/** What the operating system said, in words that help. */
export function whyUnreadable(cause: unknown): string {
  switch ((cause as NodeJS.ErrnoException | undefined)?.code) {
    case "ENOENT":
      return "there is nothing at this path: correct it";
    case "ENOTDIR":
      return "a part of this path is a file and no folder: correct it";
    case "EISDIR":
      return "it is a folder, and this format is read from one file: name the file";
    case "EACCES":
    case "EPERM":
      return "this user may not read it: correct its owner or mode";
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
