import { decodeUpdate } from "./codec.ts";
import { SwarmError } from "./errors.ts";
import { sha256 } from "./hash.ts";
import type { Bytes32 } from "./primitives.ts";
import { quoted } from "./quoted.ts";
import { MAX_HEADER_BYTES, totalElements } from "./safetensorsHeader.ts";
import { squaredNorm } from "./squaredNorm.ts";
import { statisticsProblem } from "./statistics/change.ts";
import type { TensorSpec, UpdateHeader, Weights } from "./weights.ts";
import { specDifference } from "./weights/specDifference.ts";

/** What an update's header must say, beside its salt. */
export type ExpectedHeader = Omit<UpdateHeader, "salt" | "encoding">;

export interface ExpectedUpdate {
  /** As the ledger has it. */
  sha256: Bytes32;
  header: ExpectedHeader;
  /** The task's tensors, sorted by name. */
  specs: readonly TensorSpec[];
  /** Largest Euclidean norm of the delta. */
  maxNorm: number;
}

/**
 * Why an update is invalid: a file that is no canonical update (codes of the codec, `FILE_...`; FILE_UNREADABLE if reading it failed), or
 * UPDATE_TOO_LONG, UPDATE_HASH, UPDATE_HEADER (meant for another round, node, base ...), UPDATE_TENSORS, UPDATE_NOT_FINITE, UPDATE_NORM,
 * UPDATE_STATISTICS (changes what its round does not, see statistics/change.ts).
 */
export type UpdateVerdict =
  | { ok: true; delta: Weights; squaredNorm: number; salt: string }
  | { ok: false; reason: string; detail: string };

/** Most bytes that a valid update or model of these tensors can have; larger ones need not be read. */
export function maxFileBytes(specs: readonly TensorSpec[]): number {
  return 8 + MAX_HEADER_BYTES + 4 * totalElements(specs);
}

/**
 * R4: whether a file is a valid update. The same bytes and expectations give the same verdict on every machine.
 * `delta.values` may be a view of `bytes`.
 */
export function validateUpdate(bytes: Uint8Array, expected: ExpectedUpdate): UpdateVerdict {
  const most = maxFileBytes(expected.specs);
  if (bytes.length > most)
    return invalid("UPDATE_TOO_LONG", `The file has ${bytes.length} bytes; no update of this task exceeds ${most}.`);
  const hash = sha256(bytes);
  if (hash !== expected.sha256)
    return invalid("UPDATE_HASH", `The file's sha256 is ${hash}, but the ledger says ${expected.sha256}.`);
  let file: { header: UpdateHeader; delta: Weights };
  try {
    file = decodeUpdate(bytes);
  } catch (error) {
    if (error instanceof SwarmError) return invalid(error.code, error.message);
    // Whatever a file makes its reader do, the file is what is wrong: one member must not stop the others.
    return invalid("FILE_UNREADABLE", `The file cannot be read: ${(error as Error).message}`);
  }
  const { header, delta } = file;
  for (const field of Object.keys(expected.header) as (keyof ExpectedHeader)[]) {
    if (header[field] === expected.header[field]) continue;
    return invalid(
      "UPDATE_HEADER",
      `The header's ${field} is ${header[field]}; expected was ${expected.header[field]}.`,
    );
  }
  const difference = specDifference(delta.specs, expected.specs);
  if (difference !== undefined) return invalid("UPDATE_TENSORS", difference);
  const squared = squaredNorm(delta.values);
  if (!Number.isFinite(squared)) return invalid("UPDATE_NOT_FINITE", notFinite(delta));
  if (!(squared <= expected.maxNorm * expected.maxNorm)) {
    return invalid(
      "UPDATE_NORM",
      `The delta's squared norm is ${squared}; the task allows ${expected.maxNorm} squared.`,
    );
  }
  const wrong = statisticsProblem(delta, header.round);
  if (wrong !== undefined) return invalid("UPDATE_STATISTICS", wrong);
  return { ok: true, delta, squaredNorm: squared, salt: header.salt };
}

function invalid(reason: string, detail: string): UpdateVerdict {
  return { ok: false, reason, detail };
}

function notFinite({ specs, values }: Weights): string {
  const index = values.findIndex((value) => !Number.isFinite(value));
  let start = 0;
  for (const spec of specs) {
    const count = totalElements([spec]);
    if (index < start + count) return `Tensor ${quoted(spec.name)} has ${values[index]} at element ${index - start}.`;
    start += count;
  }
  return `Value ${index} is not finite.`;
}
