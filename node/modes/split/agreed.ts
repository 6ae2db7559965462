import { encodeWeights } from "../../core/codec.ts";
import { sha256 } from "../../core/hash.ts";
import type { Bytes32 } from "../../core/primitives.ts";
import { canonicalDocument, type TaskDocument } from "../../core/task/document.ts";
import type { Weights } from "../../core/weights.ts";

/**
 * What both sides have to have in common, as one hash: the task's document, and the model to begin with where one is given. Halves of different models
 * would train without an error, and learn nothing together.
 */
export function agreedHash(document: TaskDocument, base: Weights | undefined): Bytes32 {
  const task = canonicalDocument(document);
  return sha256(base === undefined ? task : Buffer.concat([task, encodeWeights(base)]));
}
