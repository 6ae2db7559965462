import { readTaskFile } from "../../adapters/taskfile/readTaskFile.ts";
import type { NetworkView } from "../../core/ledger/view/network.ts";
import type { Bytes32 } from "../../core/primitives.ts";
import type { TaskDocument } from "../../core/task/document.ts";
import { checkedDocument } from "../taskCheck.ts";
import { findTask } from "../tasks.ts";

/** A task, and its id where it is on the ledger. */
export interface ChosenTask {
  document: TaskDocument;
  taskId?: Bytes32;
}

/** Out of a task file (.yaml, .yml, .json), or by id or name from the ledger. @throws SwarmError TASK_* */
export async function chosenTask(name: string, readView: () => Promise<NetworkView>): Promise<ChosenTask> {
  if (/\.(ya?ml|json)$/i.test(name)) return { document: await readTaskFile(name) };
  const task = findTask(await readView(), name);
  return { document: checkedDocument(task), taskId: task.taskId };
}
