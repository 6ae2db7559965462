import { SwarmError } from "../errors.ts";
import { defaultMerge } from "../merge/defaultMerge.ts";
import { canonicalJson } from "./canonicalJson.ts";
import { problemsOf } from "./issues.ts";
import { type Problem, pathText } from "./problem.ts";
import { crossFieldProblems } from "./rules.ts";
import { type TaskDocument, taskSchema } from "./schema.ts";
import { withLocalWork } from "./trainingSchema.ts";

export { contributorWeight, maxWeight, taskParams } from "./params.ts";
export type { TaskDocument } from "./schema.ts";
export { modelSpecs, tensorSpecs } from "./tensors.ts";

/** Most bytes of a document: the contract records it whole. */
export const MAX_DOCUMENT_BYTES = 24576;

/** Checks parsed YAML or JSON: the document with its defaults filled in, or everything that is wrong with it. Never throws. */
export function checkDocument(value: unknown): { document: TaskDocument } | { problems: Problem[] } {
  const parsed = taskSchema.safeParse(value);
  if (!parsed.success) return { problems: problemsOf(parsed.error.issues, value) };
  const merge = parsed.data.merge ?? defaultMerge(parsed.data.round.f);
  const document = { ...parsed.data, merge, training: withLocalWork(parsed.data.training) };
  const problems = crossFieldProblems(document);
  if (problems.length > 0) return { problems };
  const { length } = encode(document);
  if (length <= MAX_DOCUMENT_BYTES) return { document };
  const message = `takes ${length} bytes, ${MAX_DOCUMENT_BYTES} is the most: name columns by a range such as pixel{0..63}`;
  return { problems: [{ path: [], message }] };
}

/**
 * The bytes that are hashed and recorded: JSON in UTF-8 with sorted keys, no whitespace and every default written out.
 * @throws SwarmError TASK_INVALID where the document breaks a rule
 */
export function canonicalDocument(doc: TaskDocument): Uint8Array {
  return encode(valid(doc, "the task"));
}

/**
 * Reads a document from the ledger.
 * @throws SwarmError TASK_INVALID; TASK_NOT_CANONICAL where the same document has other bytes than `canonicalDocument` gives
 */
export function parseDocument(bytes: Uint8Array): TaskDocument {
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    throw new SwarmError(
      "TASK_INVALID",
      `the task's document has ${bytes.length} bytes; ${MAX_DOCUMENT_BYTES} is the most`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new SwarmError("TASK_INVALID", `the task's document is no JSON: ${(cause as Error).message}`, {}, cause);
  }
  const document = valid(value, "the task's document");
  const canonical = encode(document);
  if (canonical.length === bytes.length && canonical.every((byte, i) => byte === bytes[i])) return document;
  throw new SwarmError(
    "TASK_NOT_CANONICAL",
    "the task's document is not in its canonical form; create the task again from its file",
  );
}

function valid(value: unknown, what: string): TaskDocument {
  const checked = checkDocument(value);
  if ("document" in checked) return checked.document;
  const lines = checked.problems.map(({ path, message }) => `${pathText(path)}: ${message}`);
  throw new SwarmError("TASK_INVALID", `${what} is not valid:\n  ${lines.join("\n  ")}`, {
    problems: checked.problems,
  });
}

function encode(doc: TaskDocument): Uint8Array {
  return new TextEncoder().encode(canonicalJson(doc));
}
