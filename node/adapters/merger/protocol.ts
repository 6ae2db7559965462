import type { KernelsName } from "../../core/merge/chooseKernels.ts";
import type { Observed } from "../../core/merge/rule.ts";
import type { MergedFile, StoredMerge } from "../../ports/merger.ts";

/** What a merging thread is started with: names of files, and none of their bytes. */
export interface ThreadMerge {
  /** The node's data folder. */
  dir: string;
  kernels: KernelsName;
  /** Without `watch`, which no other thread can call. */
  merge: StoredMerge;
  isWatched: boolean;
}

/** Its one answer; then it ends. */
export type Answer =
  | ({ kind: "merged"; observed: Observed | undefined } & MergedFile)
  | { kind: "failed"; code: string; message: string; data: Readonly<Record<string, unknown>> };
