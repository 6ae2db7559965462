import { decodeModel } from "../codec.ts";
import { sha256 as hashOf } from "../hash.ts";
import type { Bytes32 } from "../primitives.ts";
import { draftSafetensors } from "../safetensors.ts";
import type { Weights } from "../weights.ts";
import { type FileName, HashedFile, type StoredFile } from "./hashedFile.ts";
import type { MergeKernels } from "./kernels.ts";
import { mergeBlocks, type StreamedContribution } from "./merge.ts";
import type { MergeConfig, MergeContext } from "./rule.ts";
import { StoredUpdate } from "./storedUpdate.ts";

/** A merge of files that are named by their hashes. */
export interface FileMerge {
  /** The model's file, or its weights where they are in memory already. */
  base: Bytes32 | Weights;
  /** In member order; weights as the ledger has them. */
  included: readonly { member: number; weight: number; sha256: Bytes32 }[];
  config: MergeConfig;
  context: MergeContext;
}

export interface MergeFilesOptions {
  /** Opens a file; `mergeFiles` closes none. @throws what then is thrown by the merge */
  open(name: FileName): StoredFile | Promise<StoredFile>;
  kernels: MergeKernels;
  /** Looked at before each block. */
  signal?: AbortSignal | undefined;
}

/** Bytes of a model that are read at a time. */
const PART = 1 << 20;

/**
 * The next model out of files: the base and the result are in memory, once each, and a block of each update. How many updates there are makes
 * next to no difference. What was read of each file is compared with its hash before the result is given.
 * @returns the merged model's file, its hash, and its weights, which are a view of it where the machine allows
 * @throws SwarmError FILE_DAMAGED with `kind` and `sha256`; those of `mergeBlocks` and of the codec; what `open` throws; the signal's reason
 */
export async function mergeFiles(
  merge: FileMerge,
  options: MergeFilesOptions,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; sha256: Bytes32; weights: Weights }> {
  try {
    return await mergeUnchecked(merge, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    // Damage shows as anything, such as a value that is not finite, and most often before the end that tells of it.
    const names = merge.included.map(({ sha256 }): FileName => ({ kind: "update", sha256 }));
    if (typeof merge.base === "string") names.unshift({ kind: "model", sha256: merge.base });
    for (const name of names) await readThrough(name, options);
    throw error;
  }
}

async function mergeUnchecked({ base, included, config, context }: FileMerge, options: MergeFilesOptions) {
  const { open, kernels, signal } = options;
  const from = typeof base === "string" ? decodeModel(await readWhole({ kind: "model", sha256: base }, options)) : base;
  const contributions: StreamedContribution[] = [];
  for (const { member, weight, sha256 } of included) {
    const name: FileName = { kind: "update", sha256 };
    const update = await StoredUpdate.open({ member, weight }, name, await open(name), from.specs);
    contributions.push({
      member,
      weight,
      read(start, count) {
        signal?.throwIfAborted();
        return update.read(start, count);
      },
    });
  }
  const draft = draftSafetensors(from.specs);
  const weights = await mergeBlocks(from, contributions, config, context, { kernels, values: draft.values });
  const bytes = draft.finish();
  return { bytes, sha256: hashOf(bytes), weights };
}

async function readWhole(name: FileName, { open, signal }: MergeFilesOptions): Promise<Uint8Array> {
  const file = new HashedFile(name, await open(name));
  const bytes = new Uint8Array(file.size);
  for (let start = 0; start < bytes.length; start += PART) {
    signal?.throwIfAborted();
    await file.next(bytes.subarray(start, start + PART));
  }
  return bytes;
}

/** Only to see whether the file is what its name says. */
async function readThrough(name: FileName, { open, signal }: MergeFilesOptions): Promise<void> {
  const file = new HashedFile(name, await open(name));
  const part = new Uint8Array(Math.min(PART, file.size));
  for (let start = 0; start < file.size; start += PART) {
    signal?.throwIfAborted();
    await file.next(part.subarray(0, file.size - start));
  }
}
