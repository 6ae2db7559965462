import type { MergeKernels } from "../core/merge/kernels.ts";
import type { FileMerge } from "../core/merge/mergeFiles.ts";
import type { Bytes32 } from "../core/primitives.ts";

/** A merge of files that are on this node's disk. */
export type StoredMerge = FileMerge & { base: Bytes32 };

/** The merged model's file, which is the caller's, and its hash. */
export interface MergedFile {
  bytes: Uint8Array<ArrayBuffer>;
  sha256: Bytes32;
}

/** Merges a node's files into a model; nothing is written. */
export interface Merger {
  /** The arithmetic that it merges with: what the check at the start looks at. */
  readonly kernels: MergeKernels;
  /**
   * @throws SwarmError FILE_ABSENT, FILE_DAMAGED, both with `kind` and `sha256` of a file that has to be got again; MERGE_... where there is no
   *   such merge; MERGER_CRASHED where what merged ended, which may be tried again; the signal's reason
   */
  merge(merge: StoredMerge, options: { signal: AbortSignal }): Promise<MergedFile>;
}
