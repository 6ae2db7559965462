import { SwarmError } from "../core/errors.ts";
import type { NetworkView } from "../core/ledger/view/network.ts";
import type { TaskView } from "../core/ledger/view/task.ts";
import type { Bytes32 } from "../core/primitives.ts";
import { parseDocument, type TaskDocument } from "../core/task/document.ts";
import { nearest } from "../core/task/suggest.ts";

/** The task's document, or undefined where somebody recorded bytes that are none. */
export function documentOf(task: TaskView): TaskDocument | undefined {
  try {
    return parseDocument(task.document);
  } catch (error) {
    if (error instanceof SwarmError) return undefined;
    throw error;
  }
}

/** ` (name)`, or nothing where the task is not known or has no valid document. */
export function nameOfTask(view: NetworkView, taskId: Bytes32): string {
  const task = view.tasks.get(taskId);
  const name = task && documentOf(task)?.name;
  return name === undefined ? "" : ` (${name})`;
}

/**
 * The task that `text` means: an id, a beginning of one that only one task has (with or without 0x), or a name that only one has.
 * @throws SwarmError TASK_UNKNOWN, TASK_AMBIGUOUS
 */
export function findTask(view: NetworkView, text: string): TaskView {
  const tasks = [...view.tasks.values()];
  const named = tasks.filter((task) => documentOf(task)?.name === text);
  const prefix = /^(0x)?[0-9a-fA-F]{1,64}$/.test(text) ? `0x${text.toLowerCase().replace(/^0x/, "")}` : undefined;
  const found =
    named.length > 0 ? named : prefix === undefined ? [] : tasks.filter(({ taskId }) => taskId.startsWith(prefix));
  const [task] = found;
  if (task && found.length === 1) return task;
  if (!task) {
    const meant = nearest(
      text,
      tasks.flatMap((each) => documentOf(each)?.name ?? []),
    );
    const near = meant === undefined ? "" : `did you mean "${meant}"? Otherwise `;
    const known = tasks.length === 0 ? "there is none yet" : `${near}see "swarm task list"`;
    throw new SwarmError("TASK_UNKNOWN", `the ledger has no task "${text}": ${known}`, { task: text });
  }
  const ids = found.map(({ taskId }) => taskId);
  throw new SwarmError(
    "TASK_AMBIGUOUS",
    `"${text}" means ${found.length} tasks; give more of the id:\n  ${ids.join("\n  ")}`,
    { task: text, ids },
  );
}
