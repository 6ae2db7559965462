import { decodeModel, decodeUpdate } from "../core/codec.ts";
import { SwarmError } from "../core/errors.ts";
import { type Address, type Bytes32, PROTOCOL_VERSION } from "../core/primitives.ts";
import type { UpdateHeader, Weights } from "../core/weights.ts";
import type { FileKind } from "../ports/disk.ts";
import type { PeerContext } from "./components.ts";

/** What can be fetched or made again when it is lost. */
type ReplacedKind = Exclude<FileKind, "last-local" | "own-layers">;

/** A file that the state counted on is not on disk any more (deleted, or damaged and set aside). */
export class LostFile extends SwarmError {
  readonly kind: ReplacedKind;
  readonly sha256: Bytes32;

  constructor(kind: ReplacedKind, sha256: Bytes32) {
    super("FILE_LOST", `the ${kind} file ${sha256} is gone from this node's folder; it will be fetched or made again`, {
      kind,
      sha256,
    });
    this.kind = kind;
    this.sha256 = sha256;
  }
}

/** @throws LostFile */
export async function readFile(context: PeerContext, kind: ReplacedKind, sha256: Bytes32): Promise<Uint8Array> {
  const bytes = await context.disk.read(kind, sha256);
  if (!bytes) throw new LostFile(kind, sha256);
  return bytes;
}

/** @throws LostFile, SwarmError FILE_* where the file is no model */
export const readModel = async (context: PeerContext, sha256: Bytes32): Promise<Weights> =>
  decodeModel(await readFile(context, "model", sha256));

/** What the header of a member's update for a round has to say; the encoding and the salt are its author's. */
export const headerFor = (
  { genesis, ledgerAddress: ledger, taskId: task }: PeerContext,
  { round, base, node }: { round: number; base: Bytes32; node: Address },
): Omit<UpdateHeader, "encoding" | "salt"> => ({ version: PROTOCOL_VERSION, genesis, ledger, task, round, node, base });

/** What an update's file says about itself; undefined where it is no update. */
export function headerOf(bytes: Uint8Array): UpdateHeader | undefined {
  try {
    return decodeUpdate(bytes).header;
  } catch (error) {
    if (error instanceof SwarmError) return undefined;
    throw error;
  }
}
