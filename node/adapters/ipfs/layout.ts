import { unixfs } from "@helia/unixfs";
import { CID } from "multiformats/cid";
import { SwarmError } from "../../core/errors.ts";
import type { Cid } from "../../core/primitives.ts";

/** Codecs of the two kinds of blocks a file has. */
export const RAW = 0x55;
export const DAG_PB = 0x70;
const SHA2_256 = 0x12;

export const CHUNK_BYTES = 1024 * 1024;
export const LINKS_PER_NODE = 1024;

/** Where the blocks of a file go. */
export type PutBlock = (cid: CID, block: Uint8Array) => Promise<CID>;

/**
 * Cuts a file into blocks: CIDv1, sha2-256, raw leaves, 1 MiB chunks, balanced tree of 1024 links. These are the defaults of the
 * library and of `ipfs add --cid-version=1 --raw-leaves --chunker=size-1048576`.
 */
export async function layOut(bytes: Uint8Array, put: PutBlock): Promise<CID> {
  const blockstore = { put };
  const files = unixfs({ blockstore } as unknown as Parameters<typeof unixfs>[0]);
  return files.addBytes(bytes);
}

/** @throws SwarmError STORE_CID for anything that is no CIDv1 of a file as it is laid out here */
export function parseCid(text: Cid): CID {
  let cid: CID | undefined;
  try {
    cid = CID.parse(text);
  } catch {
    cid = undefined;
  }
  const usable =
    cid !== undefined &&
    cid.version === 1 &&
    (cid.code === RAW || cid.code === DAG_PB) &&
    cid.multihash.code === SHA2_256 &&
    cid.multihash.digest.length === 32;
  if (cid === undefined || !usable) {
    throw new SwarmError(
      "STORE_CID",
      `"${text}" is no CIDv1 of a file with sha2-256: add it with CID version 1 and raw leaves`,
      { cid: text },
    );
  }
  return cid;
}
