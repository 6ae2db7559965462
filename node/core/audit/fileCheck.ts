import { maxFileBytes } from "../update.ts";
import type { Deployment } from "./digests.ts";
import type { AuditFiles, FileContext } from "./files.ts";
import type { Recorder } from "./recorder.ts";
import type { TaskReplay, TaskRules } from "./taskReplay.ts";

/** What a round's files are checked with. One round's updates are in memory at a time, and one model. */
export interface FileCheck {
  files: AuditFiles;
  record: Recorder;
  deployment: Deployment;
  signal?: AbortSignal | undefined;
}

/** What helps to find a file of a round that these members should have. */
export function contextOf(
  check: FileCheck,
  task: TaskReplay,
  rules: TaskRules,
  round: number,
  holders: readonly number[],
): FileContext {
  const accounts = holders.flatMap((member) => task.members[member] ?? []);
  return { taskId: task.taskId, round, holders: accounts, maxBytes: maxFileBytes(rules.specs), signal: check.signal };
}
