import type { MergeKernels } from "../merge/kernels.ts";
import { maxFileBytes } from "../update.ts";
import type { Deployment } from "./digests.ts";
import type { AuditFiles, FileContext } from "./files.ts";
import type { AuditObserver } from "./observer.ts";
import type { Recorder } from "./recorder.ts";
import type { Spool } from "./spool.ts";
import type { TaskReplay, TaskRules } from "./taskReplay.ts";

/** What a round's files are checked with. One update is in memory at a time, one model, and while it merges the next one. */
export interface FileCheck {
  files: AuditFiles;
  record: Recorder;
  deployment: Deployment;
  /** Where a round's valid updates wait for their merge. */
  spool: Spool;
  kernels: MergeKernels;
  observer?: AuditObserver | undefined;
  signal?: AbortSignal | undefined;
}

/** What helps to find a file of a round that these members should have. */
export function contextOf(
  check: FileCheck,
  task: TaskReplay,
  rules: TaskRules,
  kind: "update" | "model",
  round: number,
  holders: readonly number[],
): FileContext {
  const accounts = holders.flatMap((member) => task.members[member] ?? []);
  const maxBytes = maxFileBytes(kind === "model" ? rules.modelSpecs : rules.specs);
  return { taskId: task.taskId, round, holders: accounts, maxBytes, signal: check.signal };
}
