import type { BlockCodec } from "multiformats";
import type { CID } from "multiformats/cid";
import { SwarmError } from "../../core/errors.ts";
import { CHUNK_BYTES, DAG_PB, LINKS_PER_NODE, RAW } from "./layout.ts";

/** Leaves asked for at a time: enough to fill a line, few enough to bound what a bad file costs. */
const PARALLEL = 6;

/** Reads one block from wherever it is. */
export type LoadBlock = (cid: CID) => Promise<Uint8Array>;

/** The children of a tree's node. */
export type Links = (block: Uint8Array) => CID[];

export function linksOf(codec: BlockCodec<number, unknown>): Links {
  return (block) => {
    const node = codec.decode(block) as { Links: Array<{ Hash: CID }> };
    return node.Links.map((link) => link.Hash);
  };
}

/**
 * Collects the leaves of a file's tree in order. What a tree claims of its size is not believed; limits are on what it has.
 * @param visit told of each inner node
 * @throws SwarmError STORE_TOO_LARGE, STORE_CORRUPT
 */
export async function leavesOf(
  root: CID,
  load: LoadBlock,
  links: Links,
  maxBytes: number,
  visit: (cid: CID) => void,
): Promise<CID[]> {
  if (root.code === RAW) return [root];
  const maxLeaves = Math.max(1, Math.ceil(maxBytes / CHUNK_BYTES));
  // A tree of full nodes has fewer than one inner node for 512 leaves, and its root.
  const maxNodes = Math.ceil(maxLeaves / (LINKS_PER_NODE / 2)) + 3;
  const leaves: CID[] = [];
  let nodes = 0;

  async function descend(cid: CID): Promise<void> {
    nodes += 1;
    if (nodes > maxNodes) throw corrupt(root, `it has more than ${maxNodes} inner nodes`);
    visit(cid);
    let children: CID[];
    const block = await load(cid);
    try {
      children = links(block);
    } catch (error) {
      throw corrupt(root, `block ${cid} cannot be read`, error);
    }
    for (const child of children) {
      if (child.code === DAG_PB) await descend(child);
      else if (child.code === RAW && child.multihash.code === root.multihash.code) leaves.push(child);
      else throw corrupt(root, `it links to ${child}, which is no part of a file`);
      if (leaves.length > maxLeaves) throw tooLarge(root, maxBytes);
    }
  }
  await descend(root);
  return leaves;
}

/** Reads leaves in order, a few at a time. @throws SwarmError STORE_TOO_LARGE as soon as more than `maxBytes` have come */
export async function readLeaves(root: CID, leaves: CID[], load: LoadBlock, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let start = 0; start < leaves.length; start += PARALLEL) {
    const blocks = await Promise.all(leaves.slice(start, start + PARALLEL).map(load));
    for (const block of blocks) {
      length += block.length;
      if (length > maxBytes) throw tooLarge(root, maxBytes);
      parts.push(block);
    }
  }
  return Buffer.concat(parts, length);
}

export function corrupt(cid: CID, why: string, cause?: unknown): SwarmError {
  return new SwarmError(
    "STORE_CORRUPT",
    `${cid} is no file as this network lays them out (${why}): its author has to add it again with CID version 1, raw leaves and 1 MiB chunks`,
    { cid: cid.toString() },
    cause,
  );
}

function tooLarge(cid: CID, maxBytes: number): SwarmError {
  return new SwarmError(
    "STORE_TOO_LARGE",
    `${cid} is larger than the ${maxBytes} bytes allowed; nothing of it was kept`,
    {
      cid: cid.toString(),
      maxBytes,
    },
  );
}
