import { SwarmError } from "../core/errors.ts";
import { sha256 } from "../core/hash.ts";
import type { TaskParams } from "../core/ledger/events.ts";
import type { TaskView } from "../core/ledger/view/task.ts";
import { parseDocument, type TaskDocument } from "../core/task/document.ts";
import { taskParams } from "../core/task/params.ts";

/**
 * The document of a task, checked against what the contract enforces: whoever created the task could have recorded a document that says
 * something else than its parameters.
 * @throws SwarmError TASK_INVALID, TASK_NOT_CANONICAL, TASK_DISHONEST (naming the fields)
 */
export function checkedDocument(task: TaskView): TaskDocument {
  const document = parseDocument(task.document);
  const hash = sha256(task.document);
  const said = taskParams(document, hash, task.params.modelHash);
  const fields = (Object.keys(said) as (keyof TaskParams)[]).filter((field) => said[field] !== task.params[field]);
  if (fields.length === 0) return document;
  const lines = fields.map(
    (field) => `  ${field}: the document says ${said[field]}, the contract enforces ${task.params[field]}`,
  );
  throw new SwarmError(
    "TASK_DISHONEST",
    `the document of task ${task.taskId} is not what the contract enforces; do not approve or join it:\n${lines.join("\n")}`,
    { taskId: task.taskId, fields },
  );
}
