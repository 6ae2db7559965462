import type { SwarmError } from "../../core/errors.ts";
import type { Output } from "./output.ts";
import { printable } from "./table.ts";

/** An expected failure: what happened and what to do. Cause and stack only where asked for. */
export function printError(out: Output, error: SwarmError, verbose: boolean): void {
  out.note(`error: ${printable(error.message)}`);
  if (verbose) out.note(`code: ${error.code}\n${stackOf(error)}`);
  out.json({ error: { code: error.code, message: error.message, data: error.data } });
}

/** Anything else is a fault of this program: everything that helps to find it. */
export function printBug(out: Output, error: unknown): void {
  out.note(
    `this is a bug: an error that the program does not know. Please report it with what follows.\n${stackOf(error)}`,
  );
  out.json({ error: { code: "BUG", message: error instanceof Error ? error.message : String(error), data: {} } });
}

const stackOf = (error: unknown): string =>
  causesOf(error)
    .map((each) => (each instanceof Error ? (each.stack ?? each.message) : String(each)))
    .join("\ncaused by: ");

/** The error, its cause, the cause's cause and so on. */
function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let each = error; each !== undefined && chain.length < 8; each = each instanceof Error ? each.cause : undefined)
    chain.push(each);
  return chain;
}

/** Whether an error only says that the command was told to stop. */
export const isAbort = (error: unknown, signal: AbortSignal): boolean =>
  signal.aborted &&
  causesOf(error).some((each) => each === signal.reason || (each instanceof Error && each.name === "AbortError"));
