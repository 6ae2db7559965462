import { decodeUpdate, encodeModel } from "../core/codec.ts";
import { SwarmError } from "../core/errors.ts";
import { sha256 as hashOf } from "../core/hash.ts";
import type { Contribution, mergeModel } from "../core/merge/merge.ts";
import type { FileMerge } from "../core/merge/mergeFiles.ts";
import type { MergeContext } from "../core/merge/rule.ts";
import type { Bytes32 } from "../core/primitives.ts";
import type { MergedFile } from "../ports/merger.ts";
import type { PeerContext } from "./components.ts";
import { LostFile, readFile, readModel } from "./files.ts";

/** The files that a round's merge is made of. */
export type RoundFiles = Pick<FileMerge, "included"> & { base: Bytes32 };

/**
 * Merges files of this node's disk, by its task's rule.
 * @throws LostFile where one is gone, or damaged and now set aside; otherwise as the merger does
 */
export async function mergeStored(
  context: PeerContext,
  files: RoundFiles,
  given: MergeContext,
  signal: AbortSignal,
): Promise<MergedFile> {
  const { disk, document, merger, rules } = context;
  if (rules.mergeModel) return mergeWrongly(context, rules.mergeModel, files, given);
  const { base, included } = files;
  try {
    return await merger.merge({ base, included, config: document.merge, context: given }, { signal });
  } catch (error) {
    if (!(error instanceof SwarmError) || !GONE.has(error.code)) throw error;
    const { kind, sha256 } = error.data as { kind: "update" | "model"; sha256: Bytes32 };
    // The disk looks for itself, and sets aside what is damaged. Where it finds nothing wrong, another try may not either.
    if (await disk.read(kind, sha256)) throw error;
    throw new LostFile(kind, sha256);
  }
}

const GONE = new Set(["FILE_ABSENT", "FILE_DAMAGED"]);

async function mergeWrongly(
  context: PeerContext,
  merge: typeof mergeModel,
  { base, included }: RoundFiles,
  given: MergeContext,
): Promise<MergedFile> {
  const contributions: Contribution[] = [];
  for (const { member, sha256, weight } of included) {
    contributions.push({ member, weight, delta: decodeUpdate(await readFile(context, "update", sha256)).delta });
  }
  const bytes = encodeModel(merge(await readModel(context, base), contributions, context.document.merge, given));
  return { bytes, sha256: hashOf(bytes) };
}
