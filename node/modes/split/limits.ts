import type { SplitParts } from "../../core/modes/splitParts.ts";
import { sizeOf } from "../../core/modes/splitParts.ts";

/** A safetensors header with its length, and age's parts of a sealed file for 256 recipients. */
const HEADER_BYTES = 64 * 1024 + 8;
const SEAL_BYTES = 128 * 1024;
/** Validation rows whose activations go in one message. */
const EVALUATED_ROWS = 256;
/** Bytes that a message of them may have: wide activations go in fewer rows. */
const EVALUATED_BYTES = 4 * 1024 * 1024;

/** Largest file of the client's part, bytes, and the same sealed. */
export function partBytes({ clientSpecs }: Pick<SplitParts, "clientSpecs">): { open: number; sealed: number } {
  const open = HEADER_BYTES + 4 * clientSpecs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  // age has a tag of 16 bytes for each 64 KiB.
  return { open, sealed: open + SEAL_BYTES + 16 * Math.ceil(open / 65536) };
}

/** Rows of a validation message. */
export const evaluatedRows = ({ cutShape }: Pick<SplitParts, "cutShape">): number =>
  Math.max(1, Math.min(EVALUATED_ROWS, Math.floor(EVALUATED_BYTES / (4 * sizeOf(cutShape)))));

/** Twice the server's sign of life, which comes as often as a step may take, and once more for a slow line. */
export const silenceMs = (stepSeconds: number): number => 3000 * stepSeconds;
