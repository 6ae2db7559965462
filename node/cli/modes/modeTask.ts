import { existsSync } from "node:fs";
import { readTaskFile } from "../../adapters/taskfile/readTaskFile.ts";
import { SwarmError } from "../../core/errors.ts";
import { sha256 } from "../../core/hash.ts";
import type { NetworkView } from "../../core/ledger/view/network.ts";
import type { Bytes32 } from "../../core/primitives.ts";
import { canonicalDocument, type TaskDocument } from "../../core/task/document.ts";
import { checkedDocument } from "../taskCheck.ts";
import { findTask } from "../tasks.ts";

/** A task that runs beside the ledger: what is agreed on is the document. */
export interface ModeTask {
  document: TaskDocument;
  /** sha256 of the canonical document. */
  task: Bytes32;
  /** Hash of the first model, where the ledger has it approved. */
  modelHash?: Bytes32;
}

/**
 * The task that `text` means: a file that is there, or where it is federated an approved task of the ledger by id, beginning or name.
 * @throws SwarmError TASK_MISSING, TASK_MODE, TASK_NOT_APPROVED, and those of `readTaskFile`, `findTask` and `checkedDocument`
 */
export async function modeTask(
  view: NetworkView,
  text: string | undefined,
  mode: "federated" | "split",
): Promise<ModeTask> {
  if (text === undefined) {
    const missing = `no task to work on: name a task file${mode === "split" ? "" : ", or an approved task of the ledger,"} with --task`;
    throw new SwarmError("TASK_MISSING", missing);
  }
  // Split tasks are on no ledger: a file that is not there is said to be just that.
  if (mode === "split" || existsSync(text)) {
    const document = requireMode(await readTaskFile(text), mode, text);
    return { document, task: sha256(canonicalDocument(document)) };
  }
  const found = findTask(view, text);
  const document = requireMode(checkedDocument(found), mode, `task ${text}`);
  const { taskId, params } = found;
  if (view.registry.approvedTasks.has(taskId))
    return { document, task: params.documentHash, modelHash: params.modelHash };
  const notYet = `the council has not approved task ${taskId} yet: licensors type "swarm task approve ${taskId}"`;
  throw new SwarmError("TASK_NOT_APPROVED", notYet, { taskId });
}

/** Whoever agreed to one way of working did not agree to another: in a swarm nobody sees the updates whom nobody has to trust with them. */
export function requireMode(document: TaskDocument, mode: TaskDocument["mode"], what: string): TaskDocument {
  if (document.mode === mode) return document;
  const text = `${what} says "mode: ${document.mode}": this command works on tasks with "mode: ${mode}"`;
  throw new SwarmError("TASK_MODE", text, { mode: document.mode });
}
